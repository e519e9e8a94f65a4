import { RecIAFBrian } from '@rp/layers-v1';
import { TSContinuous } from '@rp/timeseries';

// Two neurons that inhibit each other; first the one, then the other gets more input.
export const layer = new RecIAFBrian({
  weights: [
    [0, -0.01],
    [-0.01, 0],
  ],
  bias: 0.012,
  tauSynR: 0.03,
  refractory: 0.004,
  dt: 0.0005,
});
export const input = TSContinuous.fromClocked(
  Array.from({ length: 600 }, (_, step) => (step < 300 ? [0.012, 0.003] : [0.003, 0.012])),
  { dt: 0.0005 },
);
export const { output, record } = await layer.evolveRecorded(input);
console.log(String(output));
