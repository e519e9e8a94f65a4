import { interpreterBackend } from '@rp/backend';
import { describeConformance } from '@rp/backend/conformance';
import { describe, it } from 'vitest';

describeConformance(interpreterBackend(), { describe, it });
