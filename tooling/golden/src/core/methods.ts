// Calls a method of a module, with Python's positional arguments turned into what the TypeScript method takes.
import { type GraphModuleBase, GraphModuleBase as GraphModuleClass } from '@rp/graph';
import { decodeFields, decodeValue, resolve } from './decode.ts';
import { encodeValue } from './encode.ts';
import { graphSnapshot } from './graph-steps.ts';
import type { Scene, Step } from './scene.ts';

type Arguments = readonly unknown[];
type Method = (...args: unknown[]) => unknown;

/** Methods by their name in the case files, where they are called otherwise. */
const otherNames: Record<string, string> = { repr: 'toString' };

/** How positional arguments become TypeScript's. Methods that are not listed take them as they are. */
const rearranged: Record<string, (args: Arguments) => Arguments> = {
  determineTimesteps: spanLast,
  prepareInput: spanLast,
  prepareInputContinuous: spanLast,
  prepareInputEvents: spanLast,
};

const returnsItself = new Set([
  'setAttributes',
  'resetState',
  'resetParameters',
  'resetAttribute',
  'resetTime',
  'resetAll',
]);

function spanLast([input, duration, numTimesteps, addEvents]: Arguments): Arguments {
  return [input, { duration, numTimesteps, ...(addEvents === undefined ? {} : { addEvents }) }];
}

/** Carries out a `method` step. */
export async function callMethod(step: Step, scene: Scene): Promise<unknown> {
  const owner = resolve(step.on as string, scene) as object;
  const name = step.method as string;
  const positional = ((step.args ?? []) as unknown[]).map((value) => decodeValue(value, scene));
  const named = decodeFields((step.kwargs ?? {}) as Step, scene);
  const args = (rearranged[name] ?? ((same: Arguments) => same))(positional);
  const method = Reflect.get(owner, otherNames[name] ?? name) as Method;
  const result = await Reflect.apply(
    method,
    owner,
    Object.keys(named).length > 0 ? [...args, named] : [...args],
  );
  if (typeof step.as === 'string') scene.objects.set(step.as, result);
  if (step.ignoreReturn === true) return null;
  if (returnsItself.has(name)) return { returnsSelf: result === owner };
  return result instanceof GraphModuleClass
    ? graphSnapshot([result as GraphModuleBase], scene)
    : encodeValue(result);
}
