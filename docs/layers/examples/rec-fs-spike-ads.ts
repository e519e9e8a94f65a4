import { RecFSSpikeADS } from '@rp/layers-v1';
import { TSContinuous } from '@rp/timeseries';

// Three neurons that inhibit each other, fast; their spikes make an output trace, up, up and down.
export const layer = new RecFSSpikeADS({
  weightsFast: [
    [-0.3, -0.5, 0.2],
    [-0.5, -0.3, 0.2],
    [0.2, 0.2, -0.3],
  ],
  weightsSlow: [
    [0, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
  ],
  weightsIn: [[1, 1, -1]],
  weightsOut: [[0.2], [0.2], [-0.2]],
  eta: 0.001,
  k: 10,
  bias: 0,
  noiseStd: 0,
  dt: 0.001,
  vThresh: 1,
  vReset: 0,
  vRest: 0.5,
  tauMem: 0.05,
  tauSynRFast: 0.07,
  tauSynRSlow: 0.07,
  tauSynROut: 0.07,
  refractory: -1,
  record: false,
  name: 'ads',
  discretize: -1,
  discretizeDynapse: false,
});
export const input = TSContinuous.fromClocked(
  Array.from({ length: 600 }, (_, step) => {
    const drive = 1.5 * Math.sin((2 * Math.PI * step) / 300);
    return [drive, drive, -drive];
  }),
  { dt: 0.001 },
);
export const { output, record } = await layer.evolveRecorded(input);
console.log(String(output));
