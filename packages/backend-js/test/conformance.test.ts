import { describeConformance } from '@rp/backend/conformance';
import { jsBackend } from '@rp/backend-js';
import { describe, it } from 'vitest';

describeConformance(jsBackend(), { describe, it }, { programs: 200 });

describe('without generating code', () => {
  describeConformance(jsBackend({ generate: false }), { describe, it }, { programs: 10 });
});
