import { FFRateEuler } from '@rp/layers-v1';
import { TSContinuous } from '@rp/timeseries';

// A fast and a slow neuron that see the same signal.
export const layer = new FFRateEuler({ weights: [[1, 1]], tau: [0.02, 0.2], bias: [0, 0.2], dt: 0.002 });
export const input = TSContinuous.fromClocked(
  Array.from({ length: 500 }, (_, step) => [Math.sin((2 * Math.PI * step) / 250)]),
  { dt: 0.002 },
);
export const { output, record } = await layer.evolveRecorded(input);
console.log(String(output));
