import { afterEach, expect, test } from 'vitest';
import {
  getGlobalTsPlottingBackend,
  setGlobalTsPlottingBackend,
  TSContinuous,
  TSEvent,
} from '../src/index.ts';

afterEach(() => setGlobalTsPlottingBackend('matplotlib', false));

const signal = new TSContinuous({
  times: [0, 1],
  samples: [
    [1, 2, 3],
    [4, 5, 6],
  ],
  name: 'trace',
});
const spikes = new TSEvent({ times: [0.5], channels: [1], tStart: 0, tStop: 2, name: 'unit' });

test('a second series is added to a drawing, whose labels are kept', () => {
  const drawing = spikes.plot({ target: signal.plot({ channels: [2, 0], stagger: 10 }) });
  expect(drawing.lines.map(({ y }) => y)).toEqual([
    [3, 6],
    [11, 14],
  ]);
  expect(drawing.points).toEqual([{ x: [0.5], y: [1], label: 'unit' }]);
  expect([drawing.title, drawing.xlabel, drawing.ylabel]).toEqual(['trace', 'Time (s)', 'Channels']);
  expect(drawing.xlim).toEqual([0, 2]);
});

test('only every skipped-to channel is drawn, on a grid of its own if asked', () => {
  const drawing = signal.plot({ skip: 2, dt: 0.5 });
  expect(drawing.lines.map(({ x, y }) => [x, y])).toEqual([
    [
      [0, 0.5],
      [1, 1],
    ],
    [
      [0, 0.5],
      [3, 3],
    ],
  ]);
});

test('a series follows the global backend unless it has its own', () => {
  const series = signal.copy();
  setGlobalTsPlottingBackend(null, false);
  expect(() => series.plot()).toThrow(/no plotting backend/);
  series.setPlottingBackend('mpl', false);
  expect([series.plottingBackend, getGlobalTsPlottingBackend()]).toEqual(['matplotlib', null]);
  expect(series.plot().lines).toHaveLength(3);
});

test('a target that is no drawing is refused', () => {
  expect(() => signal.plot({ target: { axes: 1 } as never })).toThrow(/result of an earlier plot/);
});
