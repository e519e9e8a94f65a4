import { FFCLIAF } from '@rp/layers-v1';
import { TSEvent } from '@rp/timeseries';

// Both neurons leak by 1 in every time step; the second one gets more from every event.
export const layer = new FFCLIAF({ weights: [[5, 9]], bias: -1, vThresh: 16, vSubtract: 16, dt: 0.001 });
export const input = new TSEvent({
  times: Array.from({ length: 40 }, (_, event) => 0.0045 + 0.0025 * event + (event % 3) * 0.0005),
  channels: new Array(40).fill(0),
  tStop: 0.12,
});
export const { output, record } = await layer.evolveRecorded(input);
console.log(String(output));
