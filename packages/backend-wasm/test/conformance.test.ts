import { describeConformance } from '@rp/backend/conformance';
import { wasmBackend } from '@rp/backend-wasm';
import { describe, it } from 'vitest';

describe('with SIMD', () => {
  describeConformance(wasmBackend({ simd: true }), { describe, it }, { programs: 50 });
});

describe('without SIMD', () => {
  describeConformance(wasmBackend({ simd: false }), { describe, it }, { programs: 50 });
});
