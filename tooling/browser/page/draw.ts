// Pictures of fixed series: run in the page and in Node, they must show the same.
import { TSContinuous, TSEvent } from '@rp/timeseries';
import { toSVG } from '@rp/timeseries/plot';

export async function draw(): Promise<string> {
  const times = Float64Array.from({ length: 500 }, (_, i) => i / 100);
  const channels = Int32Array.from(times, (_, i) => (i * 7919) % 40);
  const spikes = new TSEvent({ times, channels, tStart: 0, tStop: 6, name: 'spikes' });
  const signal = new TSContinuous({ times: [0, 1, 2], samples: [0, 4, 2], units: 'mV', name: 'signal' });
  const many = new TSContinuous({ times: [0, 1], samples: { data: times.subarray(0, 40), shape: [2, 20] } });
  return (await Promise.all([spikes, signal, many].map((series) => toSVG(series))))
    .join('')
    .replace(/^/, '<pictures>')
    .concat('</pictures>');
}
