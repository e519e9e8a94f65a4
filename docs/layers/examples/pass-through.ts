import { PassThrough } from '@rp/layers-v1';
import { TSContinuous } from '@rp/timeseries';

// The difference of two signals and their mean, 0.2 s later.
export const layer = new PassThrough({
  weights: [
    [1, 0.5],
    [-1, 0.5],
  ],
  delay: 0.2,
  dt: 0.01,
});
export const input = TSContinuous.fromClocked(
  Array.from({ length: 100 }, (_, step) => [Math.sin(step / 8), step % 40 < 20 ? 1 : 0]),
  { dt: 0.01 },
);
export const { output, record } = await layer.evolveRecorded(input);
console.log(String(output));
