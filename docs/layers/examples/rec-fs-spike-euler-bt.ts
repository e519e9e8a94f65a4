import { RecFSSpikeEulerBT } from '@rp/layers-v1';
import { TSContinuous } from '@rp/timeseries';

// Each neuron inhibits itself and the other one, fast; columns are sources.
export const layer = new RecFSSpikeEulerBT({
  weightsFast: [
    [-0.01, -0.05],
    [-0.05, -0.01],
  ],
  weightsSlow: [
    [0, 0],
    [0, 0],
  ],
});
export const input = TSContinuous.fromClocked(
  Array.from({ length: 100 }, (_, step) => [0.02, step < 50 ? 0.015 : 0.03]),
  { dt: 0.002 },
);
export const { output, record } = await layer.evolveRecorded(input);
console.log(String(output));
