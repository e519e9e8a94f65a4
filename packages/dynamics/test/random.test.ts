import { defineDynamics, Interpreter, philox4x32 } from '@rp/dynamics';
import { describe, expect, it } from 'vitest';

describe('philox 4x32-10', () => {
  // The known answers that its authors publish with the generator.
  const max = 0xffffffff;
  it.each([
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [max, max, max, max],
      [max, max],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ] as [[number, number, number, number], [number, number], number[]][])(
    'counter %j, key %j',
    (counter, key, words) => {
      expect(philox4x32(counter, key)).toEqual(words);
    },
  );
});

const noise = defineDynamics('noise', {
  dims: ['n'],
  step: ({ op }) => ({ state: {}, outputs: { a: op.normal(['n']), b: op.normal(['n']) } }),
});

describe('normal', () => {
  const draw = (seed: number, steps: number) =>
    new Interpreter(noise, { dims: { n: 50 }, dt: 1, seed }).run({}, { steps }).outputs;

  it('has mean 0, variance 1 and the tails of a normal distribution, and two streams are independent', () => {
    const { a, b } = draw(7, 1000);
    const xs = Array.from(a!.data);
    const mean = (values: number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
    expect(mean(xs)).toBeCloseTo(0, 2);
    expect(mean(xs.map((x) => x * x))).toBeCloseTo(1, 1);
    expect(mean(xs.map((x) => x ** 4))).toBeCloseTo(3, 0);
    expect(mean(xs.map((x) => Number(Math.abs(x) < 1)))).toBeCloseTo(0.6827, 2);
    expect(Math.abs(mean(xs.map((x, k) => x * b!.data[k]!)))).toBeLessThan(0.02);
  });

  it('depends on the seed and on nothing else', () => {
    expect(draw(7, 3)).toEqual(draw(7, 3));
    expect(draw(7, 3)).not.toEqual(draw(8, 3));
  });

  it('goes on where a split run stopped', () => {
    const session = new Interpreter(noise, { dims: { n: 50 }, dt: 1, seed: 7 });
    const parts = [session.run({}, { steps: 2 }), session.run({}, { steps: 1 })];
    const joined = parts.flatMap((part) => Array.from(part.outputs.a!.data));
    expect(joined).toEqual(Array.from(draw(7, 3).a!.data));
  });
});
