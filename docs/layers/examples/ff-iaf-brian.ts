import { FFIAFBrian } from '@rp/layers-v1';
import { TSContinuous } from '@rp/timeseries';

// Two neurons, the second one twice as sensitive to a current that rises and falls.
export const layer = new FFIAFBrian({ weights: [[0.01, 0.02]], bias: 0.005, refractory: 0.005, dt: 0.0005 });
export const input = TSContinuous.fromClocked(
  Array.from({ length: 600 }, (_, step) => [1 - Math.cos((2 * Math.PI * step) / 600)]),
  { dt: 0.0005 },
);
export const { output, record } = await layer.evolveRecorded(input);
console.log(String(output));
