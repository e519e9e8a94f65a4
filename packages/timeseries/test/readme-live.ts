import { fromCSV, fromJSON, LiveEvents, TSContinuous, toCSV } from '@rp/timeseries';

const signal = new TSContinuous({ times: [0, 0.5], samples: [1, Number.NaN], units: 'mV' });
console.log(toCSV(signal)); // time,ch0 / 0,1 / 0.5,NaN
console.log(fromCSV('time,channel\n0.1,2\n', { type: 'TSEvent', tStop: 1 }).numChannels); // 3
console.log(fromJSON(JSON.stringify(signal)).name); // unnamed

// One part of a program writes, others read at their own pace.
const live = new LiveEvents({ numChannels: 4, keepSeconds: 60 });
live.push([0.1, 0.2], [0, 3]);
live.advance(1);
live.close();
for await (const piece of live) console.log(piece.length, piece.tStop); // 2 1
