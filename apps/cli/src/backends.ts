// The backends that the command line knows by name.
import type { BackendPlugin, Probe } from '@rp/backend';
import { deviceBackend } from '@rp/backend-device';
import { jsBackend } from '@rp/backend-js';
import { wasmBackend } from '@rp/backend-wasm';
import { UsageError } from './failure.ts';

const backends: Readonly<Record<string, (threads?: number | 'auto') => BackendPlugin>> = {
  js: () => jsBackend(),
  wasm: (threads) => wasmBackend({ threads }),
  device: () => deviceBackend(),
};

/** What can run here, by name. */
export async function probeAll(): Promise<Record<string, Probe>> {
  const probes = Object.entries(backends).map(async ([name, make]) => [name, await make().probe()] as const);
  return Object.fromEntries(await Promise.all(probes));
}

/**
 * The backend of a name, with so many threads if it has them. @throws UsageError for an unknown one; Error for one that
 * can't run here.
 */
export async function backendNamed(name: string, threads?: number | 'auto'): Promise<BackendPlugin> {
  if (!Object.hasOwn(backends, name)) {
    throw new UsageError(`there is no backend ${name}; there are ${Object.keys(backends).join(', ')}`);
  }
  if (threads !== undefined && name !== 'wasm')
    throw new UsageError(`--threads goes with --backend wasm; ${name} doesn't divide its work`);
  const plugin = backends[name]!(threads);
  const probe = await plugin.probe();
  if (probe.available) return plugin;
  throw new Error(`the backend ${name} can't run here: ${probe.reason} ${probe.remedy}`);
}
