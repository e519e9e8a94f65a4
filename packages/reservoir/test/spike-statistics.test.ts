import { fanoFactor, lv, seededRandom } from '@rp/reservoir';
import { TSEvent } from '@rp/timeseries';
import { describe, expect, it } from 'vitest';

const train = (times: number[], channels: number[], numChannels = Math.max(...channels) + 1) =>
  new TSEvent({ times, channels, numChannels, tStart: 0, tStop: 100 });

function poisson(rate: number, seed: number): number[] {
  const random = seededRandom(seed);
  const times: number[] = [];
  for (let time = 0; ; ) {
    time += -Math.log(1 - random()) / rate;
    if (time >= 100) return times;
    times.push(time);
  }
}

describe('lv', () => {
  it('is 0 for regular events, about 1 for Poisson ones, NaN for fewer than three', () => {
    const regular = Array.from({ length: 50 }, (_, k) => k * 0.5);
    expect(lv(train(regular, new Array(50).fill(0)))[0]).toBeCloseTo(0, 20);
    const random = poisson(50, 3);
    expect(lv(train(random, new Array(random.length).fill(0)))[0]).toBeCloseTo(1, 1);
    expect(Array.from(lv(train([1, 2, 3], [0, 0, 1], 3)))).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  it('looks at each channel alone, and takes simultaneous events for equal intervals', () => {
    const mixed = train([0, 0.5, 1, 1.5, 2, 2.5], [0, 1, 0, 1, 0, 1]);
    expect(Array.from(lv(mixed))).toEqual([0, 0]);
    expect(lv(train([1, 1, 1], [0, 0, 0]))[0]).toBe(0);
  });
});

describe('fanoFactor', () => {
  it('is about 1 for Poisson events, 0 for the same number in every bin, and pools the channels', () => {
    const random = poisson(50, 4);
    expect(fanoFactor(train(random, new Array(random.length).fill(0)), { dt: 0.1 })).toBeCloseTo(1, 1);
    const regular = Array.from({ length: 200 }, (_, k) => (k + 0.5) * 0.5);
    expect(
      fanoFactor(
        train(
          regular,
          regular.map((_, k) => k % 3),
        ),
        { dt: 1 },
      ),
    ).toBe(0);
  });

  it('is NaN without events, and refuses bins that don’t fit', () => {
    const silent = new TSEvent({ tStart: 0, tStop: 1, numChannels: 2 });
    expect(fanoFactor(silent)).toBeNaN();
    expect(() => fanoFactor(silent, { dt: 0 })).toThrow(expect.objectContaining({ kind: 'ValueError' }));
    expect(() => fanoFactor(new TSEvent())).toThrow(expect.objectContaining({ code: 'no-bins' }));
  });
});
