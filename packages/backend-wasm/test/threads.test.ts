import { describeConformance } from '@rp/backend/conformance';
import { wasmBackend } from '@rp/backend-wasm';
import { describe, it } from 'vitest';

describe.each([2, 3])('on %s threads', (threads) => {
  describe.each(['items', 'blocks'] as const)('that divide %s', (division) => {
    describeConformance(
      wasmBackend({ threads, unstable_division: division }),
      { describe, it },
      { programs: 20 },
    );
  });
});
