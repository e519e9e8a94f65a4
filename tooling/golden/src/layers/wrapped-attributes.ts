// Which attributes the cases of the interface `timed` register on the adapter, by class; `dt` is always registered.
import { type AdapterOptions, layerAttributes } from '@rp/timed-adapter';
import type { Fields } from '../core/values.ts';
import { libraryName } from './names.ts';

const lists: Readonly<Record<string, AdapterOptions>> = layerAttributes;

/** The lists of a class, or those of the case itself (`wrap`). */
export function wrappedAttributes(className: string, own: Fields | undefined): AdapterOptions {
  if (own === undefined) return lists[className] ?? {};
  const named = (key: string): string[] => ((own[key] ?? []) as string[]).map(libraryName);
  return {
    parameters: named('parameters'),
    states: named('states'),
    simulationParameters: named('simulation_parameters'),
  };
}
