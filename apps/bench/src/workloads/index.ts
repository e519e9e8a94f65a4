// All workloads, in the order of the report. Others (neurons, backends) get a folder of their own beside these.
import type { Workload } from '../harness/workload.ts';
import { combining } from './timeseries/combining.ts';
import { rasters } from './timeseries/rasters.ts';
import { sampling } from './timeseries/sampling.ts';

export const workloads: readonly Workload[] = [...rasters, ...sampling, ...combining];
