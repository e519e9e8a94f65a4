import { FFUpDown } from '@rp/layers-v1';
import { TSContinuous } from '@rp/timeseries';

export const layer = new FFUpDown({ weights: 1, thrUp: 0.1, thrDown: 0.1, dt: 0.002 });
export const input = TSContinuous.fromClocked(
  Array.from({ length: 500 }, (_, step) => [Math.sin(step / 50) + 0.3 * Math.sin(step / 9)]),
  { dt: 0.002 },
);
export const { output, record } = await layer.evolveRecorded(input);
console.log(String(output));
