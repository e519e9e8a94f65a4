// The WebAssembly backend on two threads, beside itself on one: batch items, and blocks of one large population.
import { wasmBackend } from '@rp/backend-wasm';
import type { Prepared, Workload } from '../../harness/workload.ts';
import { lifCase } from './lif.ts';
import { type ProgramCase, runOn } from './program-workload.ts';
import { rateCase } from './rate.ts';
import { stackCase } from './stack.ts';

const subject = 'two threads';
const dtype = 'float32';

async function prepare(programCase: ProgramCase): Promise<Prepared> {
  const [two, one] = [await wasmBackend({ threads: 2 }).open(), await wasmBackend().open()];
  return {
    inputs: {},
    settings: {},
    run: await runOn(two, programCase, dtype),
    others: { 'one thread': await runOn(one, programCase, dtype) },
    dispose: async () => {
      await two.dispose();
      await one.dispose();
    },
  };
}

export const twoThreads: readonly Workload[] = [
  {
    name: 'threads-batch',
    title: 'lif-stack, a batch of 256',
    subject,
    dtype,
    goals: { 'one thread': 1.7 },
    prepare: () => prepare(stackCase()),
  },
  {
    name: 'threads-spiking',
    title: '4096 LIF neurons, densely coupled, 200 steps',
    subject,
    dtype,
    goals: { 'one thread': 1.5 },
    prepare: () => prepare(lifCase(true, 4096, 200)),
  },
  {
    name: 'threads-rate',
    title: '4096 rate neurons, densely coupled, 10 steps',
    subject,
    dtype,
    goals: { 'one thread': 1.5 },
    prepare: () => prepare(rateCase(4096, 10)),
  },
];
