// All workloads, in the order of the report.
import type { Workload } from '../harness/workload.ts';
import { around } from './around/around.ts';
import { backStep } from './dynamics/back-step.ts';
import { cuba } from './dynamics/cuba.ts';
import { iaf } from './dynamics/iaf.ts';
import { lif } from './dynamics/lif.ts';
import { lifSparse } from './dynamics/lif-sparse.ts';
import { rate } from './dynamics/rate.ts';
import { stack } from './dynamics/stack.ts';
import { synNet } from './dynamics/syn-net.ts';
import { twoThreads } from './dynamics/two-threads.ts';
import { upDown } from './dynamics/up-down.ts';
import { combining } from './timeseries/combining.ts';
import { rasters } from './timeseries/rasters.ts';
import { sampling } from './timeseries/sampling.ts';

export const workloads: readonly Workload[] = [
  ...rasters,
  ...sampling,
  ...combining,
  ...lif,
  ...lifSparse,
  ...rate,
  ...iaf,
  ...cuba,
  ...upDown,
  ...backStep,
  ...stack,
  ...synNet,
  ...twoThreads,
  ...around,
];
