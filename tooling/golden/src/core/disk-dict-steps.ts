// The steps `dod.*`: TSDictOnDisk.
import { TimeSeries, TSDictOnDisk } from '@rp/timeseries';
import type { Scene, Step, StepHandler } from './scene.ts';
import { decodeNumbers, decodeSeries, encodeSeries, type Fields } from './values.ts';

type Entries = readonly (readonly [key: string, value: unknown])[];

const dictionary = (step: Step, scene: Scene) => named(step.on, scene);

function named(name: unknown, scene: Scene): TSDictOnDisk {
  const found = scene.objects.get(name as string);
  if (found instanceof TSDictOnDisk) return found;
  throw new Error(`the case names a dictionary ${JSON.stringify(name)} that it did not make`);
}

function decode(value: unknown): unknown {
  if (typeof value === 'object' && value !== null && 'type' in value) return decodeSeries(value as Fields);
  return decodeNumbers(value);
}

function encode(value: unknown): unknown {
  return value instanceof TimeSeries ? encodeSeries(value) : (value ?? null);
}

/** Pairs of keys and values, or the name of another dictionary. */
function mapping(data: unknown, scene: Scene): TSDictOnDisk | Map<string, unknown> {
  if (typeof data === 'string') return named(data, scene);
  return new Map(((data ?? []) as Entries).map(([key, value]) => [key, decode(value)]));
}

export const diskDictSteps: Readonly<Record<string, StepHandler>> = {
  'dod.new': (step, scene) => {
    scene.objects.set(step.as as string, new TSDictOnDisk(mapping(step.data, scene)));
    return null;
  },
  'dod.set': (step, scene) => {
    dictionary(step, scene).set(step.key as string, decode(step.value));
    return null;
  },
  'dod.get': (step, scene) => encode(dictionary(step, scene).get(step.key as string)),
  'dod.delete': (step, scene) => {
    dictionary(step, scene).delete(step.key as string);
    return null;
  },
  'dod.keys': (step, scene) => [...dictionary(step, scene).keys()],
  'dod.len': (step, scene) => dictionary(step, scene).size,
  'dod.has': (step, scene) => dictionary(step, scene).has(step.key as string),
  'dod.insert': (step, scene) => {
    dictionary(step, scene).insert(mapping(step.data, scene));
    return null;
  },
  'dod.update': (step, scene) => {
    dictionary(step, scene).update(mapping(step.data, scene));
    return null;
  },
  'dod.repr': (step, scene) => dictionary(step, scene).toString(),
};
