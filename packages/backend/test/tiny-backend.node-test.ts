import { describe, it } from 'node:test';
import { describeConformance } from '@rp/backend/conformance';
import { tinyBackend } from './tiny-backend.ts';

describeConformance(tinyBackend(), { describe, it }, { programs: 20, seed: 7 });
