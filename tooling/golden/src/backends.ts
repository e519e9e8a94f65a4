// The backends that the command knows by name, and what is run on them: everything in the cases that has a program.
import { type BackendPlugin, chooseBackend, getDefaultBackend, setDefaultBackend } from '@rp/backend';
import { deviceBackend } from '@rp/backend-device';
import { jsBackend } from '@rp/backend-js';
import { wasmBackend } from '@rp/backend-wasm';
import { defineDynamics } from '@rp/dynamics';
import type { RunOptions } from './golden-case.ts';

/** By the names that the command line takes. */
export const backends: Readonly<Record<string, () => BackendPlugin>> = {
  js: jsBackend,
  wasm: wasmBackend,
  device: deviceBackend,
};

export const dtypes = ['float64', 'float32'] as const;

/** Runs some work with the backend of the options as the default, so that it reaches whatever a case makes. */
export async function withBackend<T>({ backend }: RunOptions, work: () => Promise<T>): Promise<T> {
  if (backend === undefined) return work();
  const before = getDefaultBackend();
  // Held open, so that the cases share what was compiled.
  const { release } = await chooseBackend(backend, nothing);
  setDefaultBackend(backend);
  try {
    return await work();
  } finally {
    setDefaultBackend(before);
    await release();
  }
}

const nothing = defineDynamics('nothing', { dims: [], step: () => ({ state: {} }) });

/** The number type of the options, for the options of a layer or module. */
export function dtypeOption({ dtype }: RunOptions): { dtype?: RunOptions['dtype'] } {
  return dtype === undefined ? {} : { dtype };
}
