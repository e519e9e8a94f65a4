import { describeConformance } from '@rp/backend/conformance';
import { jsBackend } from '@rp/backend-js';
import { describe, it } from 'vitest';

describeConformance(jsBackend(), { describe, it });
