import { FFIAFRefrTorch } from '@rp/layers-v1';
import { TSContinuous } from '@rp/timeseries';

// Two neurons, the second one twice as sensitive. Without `refractory`: FFIAFTorch.
export const layer = new FFIAFRefrTorch({
  weights: [[0.01, 0.02]],
  bias: 0.005,
  refractory: 0.005,
  dt: 0.001,
});
export const input = TSContinuous.fromClocked(
  Array.from({ length: 300 }, (_, step) => [1 - Math.cos((2 * Math.PI * step) / 300)]),
  { dt: 0.001 },
);
export const { output, record } = await layer.evolveRecorded(input);
console.log(String(output));
