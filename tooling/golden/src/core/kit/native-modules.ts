// The library's own modules and combinators, made from the arguments of the case files.
import type { InitFunc, Module } from '@rp/module-core';
import {
  type Activation,
  ExpSyn,
  FFwdStack,
  Instant,
  LIF,
  Linear,
  Rate,
  Residual,
  Sequential,
  type StackArguments,
} from '@rp/modules';
import { decodeFields, decodeValue } from '../decode.ts';
import { initFunctions, numberFunction } from '../functions.ts';
import type { Constructor, Scene } from '../scene.ts';

type Fields = Readonly<Record<string, unknown>>;
type Options = Record<string, unknown>;
type ModuleClass = new (options: never) => Module;

/** Activations that the cases call by a name of their own. */
const activations: Readonly<Record<string, Activation>> = {
  halve: (state, _threshold, op) => op.mul(state, 0.5),
};

/** Shapes stay lists, functions are looked up, everything else is decoded as usual. */
function moduleOptions(args: Fields, scene: Scene): Options {
  const { shape, function: name, weightInitFunc, biasInitFunc, activationFunc, ...rest } = args;
  const options: Options = { ...decodeFields(rest, scene) };
  if (shape !== undefined) options.shape = shape;
  if (name !== undefined) options.function = numberFunction(name as string);
  if (weightInitFunc !== undefined) options.weightInitFunc = initFunction(weightInitFunc);
  if (biasInitFunc !== undefined) options.biasInitFunc = initFunction(biasInitFunc);
  if (activationFunc !== undefined) options.activationFunc = activationOf(activationFunc);
  return options;
}

function initFunction(name: unknown): InitFunc {
  return initFunctions[name as string]!;
}

function activationOf(given: unknown): unknown {
  return typeof given === 'string' && Object.hasOwn(activations, given) ? activations[given] : given;
}

function native(target: ModuleClass): Constructor {
  return (args, scene) => new target(moduleOptions(args, scene) as never);
}

function stack(target: new (...given: StackArguments) => Module): Constructor {
  return ({ modules, named, ...options }, scene) => {
    const list = ((modules ?? []) as unknown[]).map((each) => decodeValue(each, scene));
    const pairs = (named ?? []) as [string, unknown][];
    const names = new Map(pairs.map(([name, each]) => [name, decodeValue(each, scene)]));
    const { weightInitFunc, ...rest } = options;
    const extra =
      weightInitFunc === undefined ? rest : { ...rest, weightInitFunc: initFunction(weightInitFunc) };
    const given = [
      ...(names.size > 0 ? [names] : []),
      ...list,
      ...(Object.keys(extra).length > 0 ? [extra] : []),
    ];
    return new target(...(given as unknown as StackArguments));
  };
}

export const nativeConstructors: Record<string, Constructor> = {
  Linear: native(Linear),
  LIF: native(LIF),
  Rate: native(Rate),
  ExpSyn: native(ExpSyn),
  Instant: native(Instant),
  Sequential: stack(Sequential),
  Residual: stack(Residual),
  FFwdStack: stack(FFwdStack as never),
};
