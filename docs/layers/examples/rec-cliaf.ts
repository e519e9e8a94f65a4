import { RecCLIAF } from '@rp/layers-v1';
import { TSEvent } from '@rp/timeseries';

// A chain of three neurons, whose spikes take 5 ms to the next one; voltages are whole numbers from −128 to 127.
export const layer = new RecCLIAF({
  weightsIn: [[12, 0, 0]],
  weightsRec: [
    [0, 40, 0],
    [0, 0, 40],
    [0, 0, 0],
  ],
  bias: -1,
  vThresh: 35,
  vReset: 0,
  vSubtract: null,
  delay: 0.005,
  stateType: 'int8',
  dt: 0.001,
});
export const input = new TSEvent({
  times: Array.from({ length: 40 }, (_, event) => 0.0045 + 0.0025 * event),
  channels: new Array(40).fill(0),
  tStop: 0.12,
});
export const { output, record } = await layer.evolveRecorded(input);
console.log(String(output));
