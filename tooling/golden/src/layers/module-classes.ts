// Makes low-level modules by the class names of the cases, with the backend and the number type of the run.
import { camelCase } from '@rp/layers-v1';
import type { Module } from '@rp/module-core';
import * as library from '@rp/modules';
import type { NdArray } from '@rp/ndarray';
import { dtypeOption } from '../backends.ts';
import type { Fields } from '../core/values.ts';
import type { RunOptions } from '../golden-case.ts';
import { Waiting } from '../waiting.ts';
import { decodeArgument } from './decode.ts';
import { libraryName } from './names.ts';

type ModuleClass = new (...given: never[]) => Module<NdArray>;

const stacks = new Set(['Sequential', 'Residual', 'FFwdStack']);

/** Functions of one number that the cases take from Python's libraries. */
const functions: Readonly<Record<string, (x: number) => number>> = Math as never;

function classOf(name: string): ModuleClass {
  const exported = library as unknown as Readonly<Record<string, unknown>>;
  const found = exported[name];
  if (found === undefined) throw new Waiting(`the module ${name}`);
  return found as ModuleClass;
}

/** Makes a module from the constructor arguments of a case. */
export function makeModule(name: string, config: Fields, run: RunOptions): Module<NdArray> {
  const target = classOf(name);
  const { modules, set_weights: inner, stack_weights: own, ...rest } = config;
  const module = stacks.has(name)
    ? new target(...(madeOf(modules as readonly Fields[], run) as never[]), {
        ...dtypeOption(run),
      } as never)
    : new target({ ...decodeModuleOptions(rest), ...dtypeOption(run) } as never);
  for (const [path, weights] of Object.entries({ ...(inner as Fields), ...(own as Fields) })) {
    assignAt(module, path, weights);
  }
  return module;
}

function madeOf(descriptions: readonly Fields[], run: RunOptions): Module[] {
  return descriptions.map(({ class: name, config }) => makeModule(name as string, config as Fields, run));
}

/** Sets the weights of a module inside: `seq/0_linear/weight`. */
function assignAt(module: Module, path: string, weights: unknown): void {
  const names = path.split('/');
  const owner = names.slice(0, -1).reduce(inside, module);
  Reflect.set(owner, names.at(-1)!, decodeArgument(weights));
}

/** A module inside, by its name in Python. Generated names are literal. */
export function inside(module: Module, name: string): Module {
  return module.getAttribute(module.hasAttribute(name) ? name : libraryName(name)) as Module;
}

function decodeModuleOptions(config: Fields): Record<string, unknown> {
  const entries = Object.entries(config).map(
    ([name, value]) => [libraryName(name), decodeOption(value)] as const,
  );
  return Object.fromEntries(entries);
}

function decodeOption(value: unknown): unknown {
  if (typeof value === 'object' && value !== null && 'pyfunction' in value) {
    return functions[camelCase(value.pyfunction as string)];
  }
  return decodeArgument(value);
}
