// Runs the steps of a scenario, one after another. A step that fails does not end the scenario.
import { errorFactory, isRpError, setMessageHandlers } from '@rp/errors';
import { SetList } from '@rp/graph';
import { type EvolveResult, type Module, ModuleBase, type SeriesOptions, TimedModule } from '@rp/module-core';
import type { TimeSeries } from '@rp/timeseries';
import { Waiting } from '../waiting.ts';
import { construct, decodeFields, decodeValue, resolve } from './decode.ts';
import { diskDictSteps } from './disk-dict-steps.ts';
import { encodeValue } from './encode.ts';
import { graphSteps } from './graph-steps.ts';
import { callMethod } from './methods.ts';
import type { Scene, Step, StepHandler } from './scene.ts';

const fail = errorFactory('golden');

/** The outcome of one step, in the form of the case files. */
export type StepOutcome =
  | { result: unknown; warns?: true }
  | { error: { type: string; message: string }; warns?: true };

/** Runs steps in a fresh scene. */
export async function runScenario(steps: readonly Step[]): Promise<StepOutcome[]> {
  const scene: Scene = { objects: new Map() };
  const outcomes: StepOutcome[] = [];
  for (const step of steps) outcomes.push(await runStep(step, scene));
  return outcomes;
}

async function runStep(step: Step, scene: Scene): Promise<StepOutcome> {
  let warned = false;
  const restore = setMessageHandlers({
    warn: () => {
      warned = true;
    },
  });
  const withWarning = <T extends object>(outcome: T) =>
    warned ? { ...outcome, warns: true as const } : outcome;
  try {
    const handler = handlers[step.do];
    if (handler === undefined) throw new Error(`the runner doesn't know the step \`${step.do}\``);
    const result = await handler(step, scene);
    return withWarning({ result });
  } catch (error) {
    if (error instanceof Waiting) throw error;
    return withWarning({ error: describeError(error) });
  } finally {
    restore();
  }
}

function describeError(error: unknown): { type: string; message: string } {
  if (isRpError(error)) return { type: error.kind, message: error.message };
  if (error instanceof Error) return { type: error.name, message: error.stack ?? error.message };
  return { type: 'unknown', message: String(error) };
}

function remember<T>(step: Step, scene: Scene, value: T): T {
  if (typeof step.as === 'string') scene.objects.set(step.as, value);
  return value;
}

const target = (step: Step, scene: Scene): object => resolve(step.on as string, scene) as object;

const generalSteps: Record<string, StepHandler> = {
  new: (step, scene) => {
    const made = remember(step, scene, construct(step.class as string, (step.args ?? {}) as Step, scene));
    return describeMade(made);
  },
  get: (step, scene) => encodeValue(readPath(target(step, scene), step.attr as string)),
  has: (step, scene) => hasPath(target(step, scene), step.attr as string),
  set: (step, scene) => {
    const { owner, name } = lastOwner(target(step, scene), step.attr as string);
    if (!Reflect.set(owner, name, decodeValue(step.value, scene)))
      throw new TypeError(`\`${name}\` is read-only`);
    return null;
  },
  delete: (step, scene) => {
    const { owner, name } = lastOwner(target(step, scene), step.attr as string);
    Reflect.deleteProperty(owner, name);
    return null;
  },
  inplaceAdd: (step, scene) => {
    const array = readPath(target(step, scene), step.attr as string) as { data: Float64Array };
    array.data.forEach((entry, index) => {
      array.data[index] = entry + (step.value as number);
    });
    return null;
  },
  method: (step, scene) => callMethod(step, scene),
  evolve: async (step, scene) => encodeValue(remember(step, scene, await evolve(step, scene))),
  index: (step, scene) => encodeValue(entryOf(target(step, scene), step.key as string | number)),
};

const handlers: Record<string, StepHandler> = { ...graphSteps, ...diskDictSteps, ...generalSteps };

/** Modules and ordered sets are described; layers, nodes and graph modules are only remembered. */
function describeMade(made: unknown): unknown {
  if (made instanceof SetList) return made.toArray();
  if (!(made instanceof ModuleBase)) return null;
  // The first look at the step is what reports that there is no common one.
  if (made instanceof TimedModule) made.getAttribute('dt');
  return encodeValue(made);
}

function readPath(start: object, path: string): unknown {
  return path.split('.').reduce(readMember, start as unknown);
}

function readMember(owner: unknown, name: string): unknown {
  if (owner instanceof ModuleBase) return owner.getAttribute(name);
  if (typeof owner === 'object' && owner !== null && name in owner) return Reflect.get(owner, name);
  throw fail('AttributeError', 'no-attribute', `there is no attribute \`${name}\``);
}

function hasPath(start: object, path: string): boolean {
  const { owner, name } = lastOwner(start, path);
  return name in owner;
}

function lastOwner(start: object, path: string): { owner: object; name: string } {
  const names = path.split('.');
  const name = names.pop()!;
  return { owner: names.reduce(readMember, start as unknown) as object, name };
}

function entryOf(container: object, key: string | number): unknown {
  if ('at' in container && typeof container.at === 'function') return container.at(key);
  if (Object.hasOwn(container, key)) return Reflect.get(container, key);
  throw fail('KeyError', 'no-entry', `there is no entry ${JSON.stringify(key)}`);
}

/** Calls a module with the arguments of the case, named or in Python's order. */
async function evolve(step: Step, scene: Scene): Promise<EvolveResult<unknown>> {
  const module = target(step, scene);
  const args = decodeFields((step.args ?? {}) as Step, scene);
  if (module instanceof TimedModule) {
    const positional = ((step.positional ?? []) as unknown[]).map((value) => decodeValue(value, scene));
    const { tsInput, kwargsTimeseries, ...options } = { ...args, ...timedArguments(positional) };
    return module.evolve((tsInput ?? null) as TimeSeries | null, {
      ...options,
      timeSeries: kwargsTimeseries as SeriesOptions | null | undefined,
    });
  }
  const { input, ...options } = args;
  return (module as Module).call(input as Parameters<Module['call']>[0], options);
}

const TIMED_ARGUMENTS = ['tsInput', 'duration', 'numTimesteps', 'kwargsTimeseries', 'record'] as const;

function timedArguments(positional: readonly unknown[]): Record<string, unknown> {
  const named = Object.fromEntries(TIMED_ARGUMENTS.map((name, index) => [name, positional[index]]));
  const given = Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
  return positional.length > TIMED_ARGUMENTS.length
    ? { ...given, args: positional.slice(TIMED_ARGUMENTS.length) }
    : given;
}
