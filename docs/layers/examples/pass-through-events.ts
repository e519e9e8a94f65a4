import { PassThroughEvents } from '@rp/layers-v1';
import { TSEvent } from '@rp/timeseries';

// The first channel goes to both outputs, the second one only to the last, twice.
export const layer = new PassThroughEvents({
  weights: [
    [1, 1],
    [0, 2],
  ],
  dt: 0.01,
});
export const input = new TSEvent({
  times: [0.1, 0.2, 0.35, 0.5, 0.55, 0.8],
  channels: [0, 1, 0, 1, 1, 0],
  tStop: 1,
});
export const output = await layer.evolve(input);
console.log(String(output));
