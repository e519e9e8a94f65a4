// Weight matrices have the structure that they promise, and are the same from the same seed.
import { toNested } from '@rp/ndarray';
import {
  addRandomLongRange,
  combineFfRecStack,
  discretiseWeightMatrix,
  iafSparseNet,
  oneDimExcRes,
  rndmEiNet,
  rndmSparseEiNet,
  scaledToRadius,
  seededRandom,
  spectralRadius,
  twoDimExcRes,
  unitLambdaNet,
  type WeightMatrix,
  wilsonCowanNet,
} from '@rp/reservoir';
import { describe, expect, it } from 'vitest';

const kind = (name: string, code?: string) =>
  expect.objectContaining(code === undefined ? { kind: name } : { kind: name, code });
const column = ({ data, shape }: WeightMatrix, place: number) =>
  Array.from({ length: shape[0]! }, (_, row) => data[row * shape[1]! + place]!);
const row = ({ data, shape }: WeightMatrix, place: number) =>
  Array.from(data.subarray(place * shape[1]!, (place + 1) * shape[1]!));
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const nonZero = (values: readonly number[]) => values.filter((value) => value !== 0).length;

describe('every random matrix', () => {
  const makers: Record<string, (random: () => number) => WeightMatrix> = {
    rndmSparseEiNet: (random) => rndmSparseEiNet({ size: 12, connectivity: 0.5, random }),
    rndmEiNet: (random) => rndmEiNet({ numExc: 8, numInh: 4, random }),
    wilsonCowanNet: (random) => wilsonCowanNet({ numNodes: 6, random }),
    unitLambdaNet: (random) => unitLambdaNet({ size: 12, random }),
    iafSparseNet: (random) => iafSparseNet({ size: 12, density: 0.5, random }),
    twoDimExcRes: (random) =>
      twoDimExcRes({ size: 12, nNeighbour: 3, widthNeighbour: 1, gridDim: [3, 4], random }),
    addRandomLongRange: (random) =>
      addRandomLongRange(oneDimExcRes({ size: 12, nNeighbour: 2 }), { count: 2, random }),
  };

  it.each(Object.entries(makers))('is the same from the same seed (%s)', (_, make) => {
    const first = make(seededRandom(5));
    expect(first.shape).toEqual([12, 12]);
    expect(make(seededRandom(5))).toEqual(first);
    expect(make(seededRandom(6))).not.toEqual(first);
    expect(first.data.every(Number.isFinite)).toBe(true);
  });
});

describe('spectralRadius', () => {
  it('is the largest magnitude of the eigenvalues, of complex ones too', () => {
    expect(
      spectralRadius([
        [3, 1],
        [0, -4],
      ]),
    ).toBeCloseTo(4, 12);
    expect(
      spectralRadius([
        [0, 2],
        [-2, 0],
      ]),
    ).toBeCloseTo(2, 12);
    expect(
      spectralRadius(
        scaledToRadius(
          [
            [1, 2],
            [3, 4],
          ],
          0.5,
        ),
      ),
    ).toBeCloseTo(0.5, 12);
    expect(() => spectralRadius([[1, 2]])).toThrow(kind('AssertionError', 'not-square'));
    expect(() =>
      scaledToRadius(
        [
          [0, 1],
          [0, 0],
        ],
        1,
      ),
    ).toThrow(kind('ValueError', 'no-radius'));
  });
});

describe('rndmSparseEiNet', () => {
  it('has as many connections as were asked for, with the signs that were asked for', () => {
    const net = rndmSparseEiNet({
      size: 20,
      connectivity: 0.3,
      ratioExc: 0.25,
      scaleInh: 2,
      normalization: null,
      weightFunction: (count) => new Array<number>(count).fill(1),
      random: seededRandom(1),
    });
    expect(nonZero(Array.from(net.data))).toBe(120);
    expect(net.data.filter((weight) => weight === 1).length).toBe(30);
    expect(net.data.filter((weight) => weight === -2).length).toBe(90);
  });

  it('has inhibitory rows at the end if it is partitioned', () => {
    const net = rndmSparseEiNet({ size: 10, ratioExc: 0.7, partitioned: true, random: seededRandom(1) });
    for (let pre = 0; pre < 10; pre++) {
      expect(row(net, pre).every((weight) => (pre < 7 ? weight >= 0 : weight <= 0))).toBe(true);
    }
  });

  it('has the spectral radius 0.95, or the given one; ratios beyond 0 to 1 are limited', () => {
    const options = { size: 15, random: seededRandom(3) };
    expect(spectralRadius(rndmSparseEiNet(options))).toBeCloseTo(0.95, 10);
    const strong = rndmSparseEiNet({ ...options, normalization: 2, connectivity: 7, ratioExc: -1 });
    expect(spectralRadius(strong)).toBeCloseTo(2, 10);
    expect(strong.data.every((weight) => weight <= 0)).toBe(true);
  });
});

describe('rndmEiNet', () => {
  it('balances every neuron’s excitation and inhibition', () => {
    const net = rndmEiNet({ numExc: 30, numInh: 10, ratioInhExc: -0.5, random: seededRandom(2) });
    for (let post = 0; post < 40; post++) {
      const weights = column(net, post);
      expect(sum(weights.slice(0, 30))).toBeCloseTo(1, 12);
      expect(sum(weights.slice(30))).toBeCloseTo(-0.5, 12);
      expect(weights.slice(0, 30).every((weight) => weight >= 0)).toBe(true);
    }
  });

  it('has no NaN where no weight of the wanted sign was drawn', () => {
    const net = rndmEiNet({ numExc: 1, numInh: 1, weightFunction: () => [1, -1, 1, 1] });
    expect(toNested(net)).toEqual([
      [1, 0],
      [0, 0],
    ]);
  });
});

it('wilsonCowanNet sends out as much as the distribution and the self weight say', () => {
  const net = wilsonCowanNet({ numNodes: 5, selfExc: 2, selfInh: 3, excSigma: 0.7, random: seededRandom(4) });
  const pdf = 1 / Math.sqrt(2 * Math.PI);
  for (let pre = 0; pre < 10; pre++) {
    expect(sum(row(net, pre))).toBeCloseTo(pre < 5 ? pdf + 2 : -(pdf + 3), 12);
    expect(row(net, pre).every((weight) => (pre < 5 ? weight >= 0 : weight <= 0))).toBe(true);
  }
});

it('unitLambdaNet has a spectral radius of about 1', () => {
  expect(spectralRadius(unitLambdaNet({ size: 100, random: seededRandom(1) }))).toBeCloseTo(1, 0);
});

it('iafSparseNet has exactly density · size connections per row, with the stated mean and deviation', () => {
  const net = iafSparseNet({ size: 200, density: 0.25, random: seededRandom(9) });
  for (let pre = 0; pre < 200; pre++) expect(nonZero(row(net, pre))).toBe(50);
  const weights = Array.from(net.data).filter((weight) => weight !== 0);
  const mean = sum(weights) / weights.length;
  const deviation = Math.sqrt(sum(weights.map((weight) => (weight - mean) ** 2)) / weights.length);
  expect(mean).toBeCloseTo(-0.0045 / 0.25 / 200, 3);
  expect(deviation / (0.0055 / 0.5)).toBeCloseTo(1, 1);
  expect(() => iafSparseNet({ density: 0 })).toThrow(kind('ValueError', 'density'));
});

describe('neighbours', () => {
  it('on a grid are near, never the neuron itself, and as many as asked for; also on long grids', () => {
    const net = twoDimExcRes({
      size: 60,
      nNeighbour: 5,
      widthNeighbour: 0.8,
      gridDim: [3, 20],
      multipleConn: false,
      random: seededRandom(8),
    });
    let far = 0;
    for (let post = 0; post < 60; post++) {
      const sources = column(net, post);
      expect([nonZero(sources), sources[post]]).toEqual([5, 0]);
      sources.forEach((weight, pre) => {
        if (weight !== 0 && Math.abs((pre % 20) - (post % 20)) > 3) far++;
      });
    }
    expect(far).toBeLessThan(6);
  });

  it('refuses grids and numbers that don’t fit', () => {
    const options = { size: 6, nNeighbour: 2, widthNeighbour: 1 };
    expect(() => twoDimExcRes(options)).toThrow(kind('ValueError', 'grid'));
    expect(() => twoDimExcRes({ ...options, gridDim: [2, 2] })).toThrow(kind('ValueError', 'grid'));
    expect(() => twoDimExcRes({ ...options, gridDim: [2, 3], nNeighbour: 6, multipleConn: false })).toThrow(
      kind('ValueError', 'sources'),
    );
    expect(() => oneDimExcRes({ size: 1.5, nNeighbour: 1 })).toThrow(kind('ValueError', 'count'));
  });

  it('far away are added where there are none yet, if that is wanted', () => {
    const before = oneDimExcRes({ size: 10, nNeighbour: 2 });
    const after = addRandomLongRange(before, {
      count: 3,
      avoidExisting: true,
      multipleConn: false,
      random: seededRandom(2),
    });
    for (let post = 0; post < 10; post++) {
      const [old, now] = [column(before, post), column(after, post)];
      expect(nonZero(now)).toBe(nonZero(old) + 3);
      expect([Math.max(...now), now[post]]).toEqual([1, 0]);
    }
    expect(() =>
      addRandomLongRange(
        [
          [0, 1],
          [1, 0],
        ],
        { count: 1, avoidExisting: true },
      ),
    ).toThrow(kind('ValueError', 'sources'));
  });
});

it('combineFfRecStack leaves its arguments alone, and refuses sizes that don’t fit', () => {
  const ff = [[1, 2]];
  expect(
    toNested(
      combineFfRecStack(ff, [
        [3, 4],
        [5, 6],
      ]),
    ),
  ).toEqual([
    [0, 1, 2],
    [0, 3, 4],
    [0, 5, 6],
  ]);
  expect(() => combineFfRecStack(ff, [[1]])).toThrow(kind('AssertionError', 'sizes'));
  expect(() => combineFfRecStack([1, 2], [[1]])).toThrow(kind('AssertionError', 'not-a-matrix'));
});

describe('discretiseWeightMatrix', () => {
  it('gives units, counts and weights that belong together', () => {
    const { weights, counts, unitExc, unitInh } = discretiseWeightMatrix([
      [0.9, -0.2],
      [0.4, -0.6],
    ]);
    expect([unitExc, unitInh]).toEqual([0.3, 0.6 / 3]);
    expect(toNested(counts)).toEqual([
      [3, -1],
      [1, -3],
    ]);
    weights.data.forEach((weight, place) => {
      const count = counts.data[place]!;
      expect(weight).toBeCloseTo(count * (count > 0 ? unitExc : unitInh), 15);
    });
  });

  it('without weights of a sign has a matrix of counts all the same', () => {
    const { counts, unitInh } = discretiseWeightMatrix([[1, 0.5]], { maxNumConnections: 2 });
    expect([toNested(counts), unitInh]).toEqual([[[2, 1]], 0]);
    expect(toNested(discretiseWeightMatrix([[0, 0]]).counts)).toEqual([[0, 0]]);
  });

  it('keeps the strongest inputs and outputs', () => {
    const given = [
      [0.1, -0.9, 0.5],
      [0.7, 0.2, 0.6],
    ];
    const { weights } = discretiseWeightMatrix(given, { maxNumInputs: 1, maxNumConnections: 100 });
    expect((toNested(weights) as number[][]).map((line) => line.map((weight) => weight !== 0))).toEqual([
      [false, true, false],
      [true, false, true],
    ]);
    const { counts } = discretiseWeightMatrix(given, { maxNumOutputs: 1 });
    expect(toNested(counts)).toEqual([
      [0, -3, 0],
      [3, 0, 0],
    ]);
  });
});
