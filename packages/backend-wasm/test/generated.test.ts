// Generated programs on this backend, with one thread and with several, and on the JavaScript one: all give the bits of the
// interpreter, so all the same.
// RP_PROGRAMS asks for more of them.
import { conformanceCases } from '@rp/backend/conformance';
import { jsBackend } from '@rp/backend-js';
import { wasmBackend } from '@rp/backend-wasm';
import { afterAll, describe, it } from 'vitest';
import { oneBackend } from './one-backend.ts';

const total = Number(process.env.RP_PROGRAMS ?? 1000);
const perTest = 100;
const firstSeed = 10_000;

const together = [2, 3].flatMap((threads) =>
  (['items', 'blocks'] as const).map((unstable_division) =>
    oneBackend(wasmBackend({ threads, unstable_division })),
  ),
);
afterAll(async () => {
  for (const { end } of together) await end();
});

describe(`${total} generated programs, in float64 and float32`, () => {
  for (let first = 0; first < total; first += perTest) {
    const programs = Math.min(perTest, total - first);
    it(`from seed ${firstSeed + first} on`, { timeout: 120_000 }, async () => {
      const cases = conformanceCases({ programs, seed: firstSeed + first });
      for (const [index, one] of cases.filter(({ group }) => group === 'random programs').entries()) {
        const divided = together[index % together.length]!.plugin;
        for (const plugin of [wasmBackend(), divided, jsBackend()]) await one.run(plugin);
      }
    });
  }
});
