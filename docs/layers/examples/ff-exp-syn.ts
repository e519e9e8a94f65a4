import { FFExpSyn } from '@rp/layers-v1';
import { TSEvent } from '@rp/timeseries';

export const layer = new FFExpSyn({
  weights: [
    [1, 0],
    [-0.5, 1],
  ],
  tauSyn: 0.03,
  dt: 0.001,
});
export const input = new TSEvent({
  times: [0.02, 0.05, 0.06, 0.07, 0.15, 0.2, 0.21],
  channels: [0, 0, 1, 1, 0, 1, 1],
  tStop: 0.3,
});
export const { output, record } = await layer.evolveRecorded(input);
console.log(String(output));
