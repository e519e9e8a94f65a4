import { TSEvent } from '@rp/timeseries';
import { toPNG, toSVG } from '@rp/timeseries/plot';

const spikes = new TSEvent({ times: [0.1, 0.3], channels: [0, 2], tStop: 1, name: 'spikes' });
const svg = await toSVG(spikes); // the text of an SVG file, in Node and in browsers
const png = await toPNG(spikes.plot({ channels: [2] }), { width: 800, height: 400 }); // bytes, in Node
console.log(svg.length > 1000, png.length > 1000); // true true
