import { TSContinuous, TSEvent } from '@rp/timeseries';

// A signal of one channel, read between its samples.
const ramp = new TSContinuous({ times: [0, 1, 2], samples: [0, 10, 0], interpKind: 'linear' });
console.log(ramp.call([0.5, 1.5]).data); // Float64Array [5, 5]

// Spikes of three neurons, as a table of time steps and channels.
const spikes = new TSEvent({ times: [0.1, 0.3, 0.35], channels: [0, 2, 2], tStop: 1 });
console.log(spikes.raster({ dt: 0.25, tStart: 0, addEvents: true }).data); // 4 x 3: [1,0,0, 0,0,2, 0,0,0, 0,0,0]

// And back.
const again = TSEvent.fromRaster(
  [
    [1, 0],
    [0, 2],
  ],
  { dt: 0.5 },
);
console.log(String(again)); // non-periodic `TSEvent` object `unnamed` from t=0.0 to 1.0. Channels: 2. Events: 3
