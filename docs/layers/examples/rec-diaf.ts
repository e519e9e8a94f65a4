import { RecDIAF } from '@rp/layers-v1';
import { TSEvent } from '@rp/timeseries';

// A chain of three neurons, whose spikes take 4 ms to the next one; a leak takes 2 every millisecond.
export const layer = new RecDIAF({
  weightsIn: [[30, 0, 0]],
  weightsRec: [
    [0, 60, 0],
    [0, 0, 60],
    [0, 0, 0],
  ],
  delay: 0.004,
  leak: 2,
  vRest: 0,
  vThresh: 100,
});
export const input = new TSEvent({
  times: Array.from({ length: 40 }, (_, event) => 0.0045 + 0.0025 * event),
  channels: new Array(40).fill(0),
  tStop: 0.12,
});
export const { output, record } = await layer.evolveRecorded(input);
console.log(String(output));
