// The conformance kit in a page: it needs no test runner.
import { conformanceCases } from '@rp/backend/conformance';
import { type WasmBackendOptions, wasmBackend } from '@rp/backend-wasm';
import { oneBackend } from '../../../packages/backend-wasm/test/one-backend.ts';

export interface ConformanceReport {
  readonly probe: unknown;
  readonly cases: number;
  readonly failures: readonly string[];
}

/** Cases that are about backends, and need fresh ones. */
const aboutBackends = ['lifetime', 'sync'];

/**
 * Runs every case on the WebAssembly backend, and some generated programs; or the cases of one group. With threads, one
 * backend serves all cases that may share it, since workers take long to start.
 */
export async function conformance(
  programs: number,
  options: WasmBackendOptions,
  only?: string,
): Promise<ConformanceReport> {
  const plugin = wasmBackend(options);
  const { plugin: shared, end } = oneBackend(plugin);
  const sharing = options.threads !== undefined;
  const cases = conformanceCases({ programs }).filter(({ group }) => only === undefined || group === only);
  const failures: string[] = [];
  for (const { group, name, run } of cases) {
    try {
      await run(sharing && !aboutBackends.includes(group) ? shared : plugin);
    } catch (error) {
      failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  await end();
  return { probe: await plugin.probe(), cases: cases.length, failures };
}
