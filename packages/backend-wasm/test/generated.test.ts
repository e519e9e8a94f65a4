// Generated programs on this backend and on the JavaScript one: both give the bits of the interpreter, so both the same.
// RP_PROGRAMS asks for more of them. What was built needs a few only: it is the same code.
import { conformanceCases } from '@rp/backend/conformance';
import { jsBackend } from '@rp/backend-js';
import { wasmBackend } from '@rp/backend-wasm';
import { describe, it } from 'vitest';

const total = Number(process.env.RP_PROGRAMS ?? (process.env.RP_TESTS_AGAINST === 'build' ? 100 : 1000));
const perTest = 100;
const firstSeed = 10_000;

describe(`${total} generated programs, in float64 and float32`, () => {
  for (let first = 0; first < total; first += perTest) {
    const programs = Math.min(perTest, total - first);
    it(`from seed ${firstSeed + first} on`, { timeout: 120_000 }, async () => {
      const cases = conformanceCases({ programs, seed: firstSeed + first });
      for (const one of cases.filter(({ group }) => group === 'random programs')) {
        for (const plugin of [wasmBackend(), jsBackend()]) await one.run(plugin);
      }
    });
  }
});
