import { RecRateEuler } from '@rp/layers-v1';
import { TSContinuous } from '@rp/timeseries';

// Three neurons that excite their neighbour and are inhibited by it; the first one gets a pulse.
export const layer = new RecRateEuler({
  weights: [
    [0.9, 1.2, 0],
    [-1.2, 0.9, 1.2],
    [0, -1.2, 0.9],
  ],
  tau: 0.1,
  dt: 0.005,
  activationFunc: 'tanh',
});
export const input = TSContinuous.fromClocked(
  Array.from({ length: 400 }, (_, step) => [step < 20 ? 2 : 0, 0, 0]),
  { dt: 0.005 },
);
export const { output, record } = await layer.evolveRecorded(input);
console.log(String(output));
