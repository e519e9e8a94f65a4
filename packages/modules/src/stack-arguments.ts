// What combinators are made from: modules, with names of one's own in a dictionary before them and options behind.
import { Module, TimedModule } from '@rp/module-core';
import type { NdArray } from '@rp/ndarray';
import { fail } from './fail.ts';
import type { ProgramOptions } from './program-module.ts';

/** What stands in a stack: any low-level module. */
export type Stackable = Module<NdArray>;

/** Options of a combinator. Its shape and whether it spikes follow from its modules. */
export interface StackOptions extends ProgramOptions {
  readonly shape?: never;
  readonly spikingInput?: never;
  readonly spikingOutput?: never;
}

/** Modules under names of one's own, in order. */
export type NamedModules = Readonly<Record<string, Stackable>> | ReadonlyMap<string, Stackable>;

/** `(…modules)`, `({ enc: module, … }, …modules)`, and options as the last one. */
export type StackArguments = readonly (Stackable | NamedModules | StackOptions)[];

export interface StackParts {
  readonly modules: readonly (readonly [name: string, module: Stackable])[];
  readonly options: StackOptions;
}

/**
 * Sorts the arguments out. Modules are called `{index}_{className}`; behind named ones, the index begins at 1.
 * @throws ValueError for options that the modules decide and for a name that is taken; TypeError for no module.
 */
export function stackParts(className: string, given: StackArguments): StackParts {
  const rest = [...given];
  const named = isNamedModules(rest[0]) ? entriesOf(rest.shift() as NamedModules) : [];
  const options = isOptions(rest.at(-1)) ? (rest.pop() as StackOptions) : {};
  refuseDecided(className, options);
  const firstNumber = named.length > 0 ? 1 : 0;
  const numbered = rest.map((module, index) => {
    requireModule(className, module);
    return [`${index + firstNumber}_${module.className}`, module] as const;
  });
  for (const [, module] of named) requireModule(className, module);
  return { modules: [...named, ...numbered], options };
}

function entriesOf(named: NamedModules): [string, Stackable][] {
  return named instanceof Map ? [...named] : Object.entries(named as Record<string, Stackable>);
}

function isNamedModules(value: unknown): boolean {
  if (value instanceof Map) return true;
  if (!isOptions(value)) return false;
  const values = Object.values(value as object);
  return values.length > 0 && values.every((entry) => entry instanceof Module);
}

function isOptions(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function refuseDecided(className: string, options: StackOptions): void {
  const decided = ['shape', 'spikingInput', 'spikingOutput'].filter((name) => Object.hasOwn(options, name));
  if (decided.length === 0) return;
  throw fail(
    'ValueError',
    'decided-by-modules',
    `${className} takes no \`${decided.join('`, `')}\`: that follows from its modules`,
  );
}

export function requireModule(className: string, module: unknown): asserts module is Stackable {
  if (module instanceof Module && !((module as object) instanceof TimedModule)) return;
  throw fail('TypeError', 'not-a-module', `${className} is made of low-level modules, got ${String(module)}`);
}
