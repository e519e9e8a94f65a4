// The conformance kit in a page: it needs no test runner.
import { conformanceCases } from '@rp/backend/conformance';
import { type WasmBackendOptions, wasmBackend } from '@rp/backend-wasm';

export interface ConformanceReport {
  readonly probe: unknown;
  readonly cases: number;
  readonly failures: readonly string[];
}

/** Runs every case on the WebAssembly backend, and some generated programs. */
export async function conformance(programs: number, options: WasmBackendOptions): Promise<ConformanceReport> {
  const plugin = wasmBackend(options);
  const cases = conformanceCases({ programs });
  const failures: string[] = [];
  for (const { name, run } of cases) {
    try {
      await run(plugin);
    } catch (error) {
      failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { probe: await plugin.probe(), cases: cases.length, failures };
}
