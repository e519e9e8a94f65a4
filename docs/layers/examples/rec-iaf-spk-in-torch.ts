import { RecIAFSpkInTorch } from '@rp/layers-v1';
import { TSEvent } from '@rp/timeseries';

// An input excites the first neuron, the first neuron the second, and the second inhibits the first.
export const layer = new RecIAFSpkInTorch({
  weightsIn: [[0.008, 0]],
  weightsRec: [
    [0, 0.006],
    [-0.01, 0],
  ],
  bias: 0.005,
  tauSynInp: 0.02,
  tauSynRec: 0.03,
  dt: 0.001,
});
export const input = new TSEvent({
  times: Array.from({ length: 40 }, (_, event) => 0.03 + 0.005 * event),
  channels: new Array(40).fill(0),
  tStop: 0.3,
});
export const { output, record } = await layer.evolveRecorded(input);
console.log(String(output));
