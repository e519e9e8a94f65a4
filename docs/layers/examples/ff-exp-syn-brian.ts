import { FFExpSynBrian } from '@rp/layers-v1';
import { TSEvent } from '@rp/timeseries';

export const layer = new FFExpSynBrian({ weights: [[1, 0.4]], tauSyn: 0.02, dt: 0.001 });
export const input = new TSEvent({
  times: [0.02, 0.05, 0.06, 0.07, 0.15],
  channels: [0, 0, 0, 0, 0],
  tStop: 0.3,
});
export const { output, record } = await layer.evolveRecorded(input);
console.log(String(output));
