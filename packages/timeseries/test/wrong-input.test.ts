import type { ErrorKind } from '@rp/errors';
import { isRpError, setMessageHandlers } from '@rp/errors';
import { beforeAll, describe, expect, test } from 'vitest';
import { setGlobalTsPlottingBackend, TSContinuous, TSDictOnDisk, TSEvent } from '../src/index.ts';

beforeAll(() => setMessageHandlers({ warn: () => {} }));

const signal = () =>
  new TSContinuous({
    times: [0, 1, 2],
    samples: [
      [1, 2],
      [3, 4],
      [5, 6],
    ],
    name: 'trace',
  });
const spikes = () => new TSEvent({ times: [0.5, 1], channels: [0, 2], tStart: 0, tStop: 2, name: 'unit' });

/** What the caller does wrong, the kind and code of the error, and what the message must tell. */
const mistakes: [string, () => unknown, ErrorKind, string, RegExp][] = [
  [
    'decreasing times',
    () => new TSContinuous({ times: [0, 2, 1], samples: [1, 2, 3] }),
    'ValueError',
    'times-decreasing',
    /time 2 is 1 after 2/,
  ],
  [
    'too few samples',
    () => new TSContinuous({ times: [0, 1], samples: [[1], [2], [3]] }),
    'ValueError',
    'samples-rows',
    /2 time points, got 3 rows/,
  ],
  [
    'samples that cannot be folded',
    () => new TSContinuous({ times: [0, 1], samples: [1, 2, 3] }),
    'ValueError',
    'samples-fold',
    /3 samples .* 2 time points/,
  ],
  [
    'an unknown kind',
    () => new TSContinuous({ interpKind: 'wavy' as 'linear' }),
    'NotImplementedError',
    'interp-kind',
    /"wavy"; known are previous/,
  ],
  [
    'a spline of too few samples',
    () => new TSContinuous({ times: [0, 1, 2], samples: [1, 2, 3], interpKind: 'cubic' }),
    'ValueError',
    'spline-samples',
    /at least 4 samples, got 3/,
  ],
  [
    'a spline over repeated times',
    () => new TSContinuous({ times: [0, 1, 1], samples: [1, 2, 3], interpKind: 'slinear' }),
    'ValueError',
    'spline-times',
    /time 2 is 1 after 1/,
  ],
  [
    'an unknown fill text',
    () => new TSContinuous({ fillValue: 'hold' as 'extrapolate' }),
    'ValueError',
    'fill-value',
    /got "hold"/,
  ],
  [
    'a fill value for other channels',
    () => Object.assign(signal(), { fillValue: [1, 2, 3] }),
    'ValueError',
    'fill-value',
    /2 channels, got an array of shape \[3\]/,
  ],
  [
    'a start after the first sample',
    () => Object.assign(signal(), { tStart: 0.5 }),
    'ValueError',
    't-start',
    /`trace` cannot start at 0.5/,
  ],
  [
    'a stop before the last sample',
    () => Object.assign(signal(), { tStop: 1.5 }),
    'ValueError',
    't-stop',
    /cannot stop at 1.5/,
  ],
  [
    'another number of times',
    () => Object.assign(signal(), { times: [1] }),
    'ValueError',
    'times-length',
    /has 3 time points, got 1/,
  ],
  [
    'reading beyond the range',
    () => signal().call([0, 7]),
    'ValueError',
    'beyond-range',
    /from 0 to 2, but 1 of 2 .* 7;.*beyondRangeException/,
  ],
  ['two-dimensional times', () => signal().call([[0], [1]]), 'ValueError', 'query-axes', /shape \[2,1\]/],
  [
    'resampling backwards',
    () => signal().resample([1, 0]),
    'ValueError',
    'times-decreasing',
    /must not decrease/,
  ],
  [
    'an unknown channel',
    () => signal().clip({ channels: [0, 2] }),
    'IndexError',
    'channel-index',
    /channel 2 .* there are 2/,
  ],
  [
    'a negative step',
    () => signal().at({ slice: [0, 1, -1] }),
    'ValueError',
    'slice-step',
    /must be positive, got -1/,
  ],
  ['a step of zero', () => signal().toClocked(0), 'ValueError', 'dt', /positive time step, got 0/],
  [
    'no samples',
    () => TSContinuous.fromClocked([], { dt: 1 }),
    'TypeError',
    'no-samples',
    /at least one sample/,
  ],
  ['the maximum of nothing', () => new TSContinuous().max, 'ValueError', 'no-samples', /no largest one/],
  [
    'merging different channels',
    () => signal().merge(signal().at(null, 0)),
    'ValueError',
    'merge-channels',
    /2 and of 1 channels/,
  ],
  [
    'merging something else',
    () => signal().merge(spikes() as unknown as TSContinuous),
    'TypeError',
    'not-a-series',
    /expected TSContinuous, got TSEvent/,
  ],
  [
    'an operand of another shape',
    () => signal().add([1, 2, 3]),
    'ValueError',
    'broadcast',
    /\[3\] does not broadcast to \[3,2\]/,
  ],
  [
    'a matrix of another size',
    () => signal().matmul([[1, 2, 3]]),
    'ValueError',
    'matmul-shape',
    /2 channels, got shape \[1,3\]/,
  ],
  [
    'no truth value',
    () => Object.assign(signal(), { beyondRangeException: [true] }),
    'TypeError',
    'no-truth-value',
    /a list of 1/,
  ],
  [
    'events without a stop',
    () => new TSEvent({ times: [1] }),
    'TypeError',
    't-stop-missing',
    /needs a tStop/,
  ],
  [
    'a stop at the last event',
    () => new TSEvent({ times: [1], tStop: 1 }),
    'ValueError',
    't-stop',
    /later than the last event \(1\), got 1/,
  ],
  [
    'a negative channel',
    () => new TSEvent({ times: [1], channels: [-1], tStop: 2 }),
    'ValueError',
    'channel-number',
    /got -1/,
  ],
  [
    'too few channels',
    () => new TSEvent({ times: [1], channels: [3], tStop: 2, numChannels: 2 }),
    'ValueError',
    'num-channels',
    /from 4 .* got 2/,
  ],
  [
    'channels for other events',
    () => Object.assign(spikes(), { channels: [0, 1, 2] }),
    'ValueError',
    'channels-length',
    /2 events .* got 3/,
  ],
  ['a raster without steps', () => spikes().raster({ dt: 0 }), 'ValueError', 'dt', /got 0/],
  [
    'a raster with two ends',
    () => spikes().raster({ dt: 1, tStop: 1, numTimesteps: 1 }),
    'ValueError',
    'raster-stop',
    /not both/,
  ],
  ['a raster beyond memory', () => spikes().raster({ dt: 1e-12 }), 'ValueError', 'raster-size', /too large/],
  [
    'a negative raster entry',
    () => TSEvent.fromRaster([[0, -1]]),
    'ValueError',
    'raster-entry',
    /entry 1 is -1/,
  ],
  [
    'a raster of too many events',
    () => TSEvent.fromRaster([[1e12]]),
    'ValueError',
    'raster-events',
    /too large/,
  ],
  [
    'a negative raster column',
    () => spikes().raster({ dt: 1, channels: [-1] }),
    'IndexError',
    'channel-index',
    /channel -1/,
  ],
  ['an event that is not there', () => spikes().at(2), 'IndexError', 'event-index', /event 2 .* there are 2/],
  [
    'a channel map of another size',
    () => spikes().remapChannels([1]),
    'ValueError',
    'channel-map',
    /3 channels, got 1/,
  ],
  [
    'limits that are no pair',
    () => spikes().plot({ timeLimits: [1] }),
    'ValueError',
    'time-limits',
    /pair of times, got 1/,
  ],
  [
    'a period repeated without end',
    () => Object.assign(spikes(), { periodic: true }).call({ tStop: 1e12 }),
    'ValueError',
    'periodic-extension',
    /too many/,
  ],
  [
    'an unknown backend',
    () => setGlobalTsPlottingBackend('gnuplot'),
    'ValueError',
    'plotting-backend',
    /"gnuplot"; known are/,
  ],
  [
    'a missing backend',
    () => signal().setPlottingBackend('hv'),
    'RuntimeError',
    'plotting-backend',
    /not available/,
  ],
  [
    'an array that is shorter than its shape',
    () => new TSContinuous({ times: [0, 1], samples: { data: Float64Array.of(1), shape: [2, 1] } }),
    'ValueError',
    'array-shape',
    /shape \[2,1\] needs 2 elements, but its data has 1/,
  ],
  [
    'a raster that is shorter than its shape',
    () => TSEvent.fromRaster({ data: Uint8Array.of(1), shape: [2, 2] }),
    'ValueError',
    'array-shape',
    /needs 4 elements/,
  ],
  [
    'half a channel',
    () => new TSContinuous({ numChannels: 1.5 }),
    'ValueError',
    'samples-axes',
    /shape \[0,1.5\]/,
  ],
  [
    'a time that is no number',
    () => Object.assign(signal(), { tStop: '3' }),
    'TypeError',
    'not-a-number',
    /tStop is a number of seconds, got "3"/,
  ],
  [
    'a start that is not a number at all',
    () => new TSContinuous({ times: [0], samples: [1], tStart: Number.NaN }),
    'ValueError',
    't-start',
    /cannot start at NaN/,
  ],
  ['an unknown key', () => new TSDictOnDisk().get('x'), 'KeyError', 'unknown-key', /"x"/],
];

describe('a mistake is answered with what was asked, what was got and what is allowed', () => {
  test.each(mistakes)('%s', (_, act, kind, code, message) => {
    let caught: unknown;
    try {
      act();
    } catch (error) {
      caught = error;
    }
    if (!isRpError(caught)) throw new Error('no RpError was thrown', { cause: caught });
    expect([caught.kind, caught.code]).toEqual([kind, code]);
    expect(caught.message).toMatch(message);
    expect(caught.message).toMatch(/^\[rp:(timeseries|ndarray)\] /);
  });
});
