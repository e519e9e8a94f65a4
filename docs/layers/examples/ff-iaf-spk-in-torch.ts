import { FFIAFSpkInTorch } from '@rp/layers-v1';
import { TSEvent } from '@rp/timeseries';

export const layer = new FFIAFSpkInTorch({ weights: [[0.004], [-0.006]], bias: 0.005, dt: 0.001 });
const times = Array.from({ length: 60 }, (_, event) => 0.005 * event);
export const input = new TSEvent({
  times,
  channels: times.map((time, event) => (time >= 0.15 && event % 3 === 0 ? 1 : 0)),
  tStop: 0.3,
});
export const { output, record } = await layer.evolveRecorded(input);
console.log(String(output));
