import { expect, test } from 'vitest';
import { TimeSeries, TSContinuous, TSEvent, type TSEventOptions } from '../src/index.ts';

class Recording extends TSContinuous {
  electrode = { sites: [1, 2] };
}

class Spikes extends TSEvent {
  source = 'unknown';

  constructor(options: TSEventOptions = {}) {
    super({ name: 'spikes', ...options });
  }
}

test('results keep the class and the attributes of the receiver', () => {
  const recording = new Recording({ times: [0, 1, 2], samples: [1, 2, 3] });
  recording.electrode.sites.push(3);
  const results = [
    recording.copy(),
    recording.delay(1),
    recording.clip({ tStart: 0.5 }),
    recording.resample([0, 1]),
    recording.merge(recording.delay(0.5)),
    recording.appendC(recording),
    recording.add(1),
    recording.at({ slice: [0, 1] }),
  ];
  for (const result of results) {
    expect(result).toBeInstanceOf(Recording);
    expect(result.electrode).toEqual({ sites: [1, 2, 3] });
    expect(result.electrode).not.toBe(recording.electrode);
  }
});

test('static constructors make the class they are called on', () => {
  const spikes = Spikes.fromRaster(
    [
      [1, 0],
      [0, 1],
    ],
    { dt: 0.5 },
  );
  expect(spikes).toBeInstanceOf(Spikes);
  expect(Recording.fromClocked([1, 2], { dt: 1 })).toBeInstanceOf(Recording);
  expect(Spikes.concatenateT([])).toBeInstanceOf(Spikes);
  expect(TimeSeries.concatenateT([spikes, spikes])).toBeInstanceOf(Spikes);
});

test('a copy shares nothing with its source', () => {
  const series = new TSContinuous({ times: [0, 1], samples: [1, 2], units: 'V' });
  series.trialStartTimes = Float64Array.of(0, 1);
  const copy = series.copy();
  series.times[0] = -5;
  series.samples.data[0] = 99;
  (series.trialStartTimes as Float64Array)[0] = 99;
  expect([...copy.times]).toEqual([0, 1]);
  expect([...copy.samples.data]).toEqual([1, 2]);
  expect([...(copy.trialStartTimes as Float64Array)]).toEqual([0, 1]);
  expect([...copy.call(0.5).data]).toEqual([1]);
});

test('a series shares no array with those who made it', () => {
  const times = Float64Array.of(0, 1);
  const samples = { data: Float64Array.of(1, 2), shape: [2, 1] };
  const series = new TSContinuous({ times, samples });
  const channels = Int32Array.of(0, 1);
  const events = new TSEvent({ times, channels, tStop: 2 });
  times.fill(7);
  samples.data.fill(7);
  channels.fill(7);
  expect([...series.times, ...series.samples.data]).toEqual([0, 1, 1, 2]);
  expect([...events.times, ...events.channels]).toEqual([0, 1, 0, 1]);
});

test('assigning new samples changes what is read', () => {
  const t = [0, 1, 2, 3];
  const series = new TSContinuous({ times: t, samples: [0, 1, 8, 27], interpKind: 'cubic' });
  expect(series.call(1.5).data[0]).toBeCloseTo(3.375, 9);
  series.samples = [0, 1, 4, 9];
  expect(series.call(1.5).data[0]).toBeCloseTo(2.25, 9);
  series.times = [0, 2, 4, 6];
  expect(series.call(3).data[0]).toBeCloseTo(2.25, 9);
});

test('an operation that fails in place leaves the series as it was', () => {
  const series = new TSContinuous({ times: [0, 1], samples: [1, 2] });
  expect(() => series.add([1, 2, 3], { inplace: true })).toThrow(/broadcast/);
  expect(() => series.clip({ tStop: 9, channels: 5, inplace: true })).toThrow();
  expect([...series.times, ...series.samples.data, series.tStop]).toEqual([0, 1, 1, 2, 1]);
  expect(series.mul(2, { inplace: true })).toBe(series);
  expect([...series.samples.data]).toEqual([2, 4]);
});
