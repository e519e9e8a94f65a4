// The same elements in another shape: reshape, nested lists, broadcasting by NumPy's rules.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { broadcastTo, copyArray, reshape, sameShape, sizeOf, toNdArray, toNested } from '../src/index.ts';

const shapes = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 });

function counting(shape: readonly number[]) {
  return { data: Float64Array.from({ length: sizeOf(shape) }, (_, index) => index), shape };
}

describe('reshape', () => {
  it('keeps the elements and does not copy them', () => {
    const array = counting([2, 3]);
    const other = reshape(array, [3, 2]);
    expect(other.shape).toEqual([3, 2]);
    expect(other.data).toBe(array.data);
  });

  it('refuses another number of elements and names both shapes', () => {
    expect(() => reshape(counting([2, 3]), [4])).toThrow(
      expect.objectContaining({
        kind: 'ValueError',
        code: 'reshape',
        message: expect.stringContaining('[2,3] to [4]'),
      }),
    );
  });
});

describe('copyArray', () => {
  it('shares nothing with the original and keeps the type of its elements', () => {
    const original = { data: Int16Array.of(1, 2), shape: [2] };
    const copy = copyArray(original);
    original.data[0] = 9;
    original.shape[0] = 1;
    expect(copy).toEqual({ data: Int16Array.of(1, 2), shape: [2] });
  });
});

describe('toNested', () => {
  it('undoes toNdArray for every shape, where a zero extent hides nothing', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const array = counting(shape);
        const back = toNdArray(toNested(array));
        const seen = shape.includes(0) ? shape.slice(0, shape.indexOf(0) + 1) : shape;
        expect(back.shape).toEqual(seen);
        expect(back.data).toEqual(array.data);
      }),
    );
  });

  it('gives a bare number for shape []', () => {
    expect(toNested({ data: Float64Array.of(7), shape: [] })).toBe(7);
  });
});

describe('sameShape', () => {
  it('compares ranks and extents', () => {
    expect(sameShape([2, 3], [2, 3])).toBe(true);
    expect(sameShape([2, 3], [3, 2])).toBe(false);
    expect(sameShape([2], [2, 1])).toBe(false);
    expect(sameShape([], [])).toBe(true);
  });
});

describe('broadcastTo', () => {
  it('returns the input itself where nothing changes', () => {
    const array = counting([2, 3]);
    expect(broadcastTo(array, [2, 3])).toBe(array);
  });

  it('aligns the last axes and stretches extents of one', () => {
    expect(toNested(broadcastTo(toNdArray([[1], [2]]), [2, 3]))).toEqual([
      [1, 1, 1],
      [2, 2, 2],
    ]);
    expect(toNested(broadcastTo(toNdArray([1, 2]), [2, 2]))).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(broadcastTo(toNdArray(4), [0, 3])).toEqual({ data: new Float64Array(0), shape: [0, 3] });
  });

  it('every element equals the one that its index names in the input', () => {
    const cases = shapes.chain((shape) =>
      fc.tuple(
        fc.constant(shape),
        fc.array(fc.boolean(), { minLength: shape.length, maxLength: shape.length }),
        fc.nat(shape.length),
      ),
    );
    fc.assert(
      fc.property(cases, ([target, squeezed, dropped]) => {
        const source = target.map((extent, axis) => (squeezed[axis] ? 1 : extent)).slice(dropped);
        const array = counting(source);
        const wide = broadcastTo(array, target);
        expect(wide.shape).toEqual(target);
        expect(wide.data.length).toBe(sizeOf(target));
        for (let flat = 0; flat < wide.data.length; flat++) {
          expect(wide.data[flat]).toBe(array.data[flatIn(source, indexOf(flat, target).slice(dropped))]);
        }
      }),
    );
  });

  it.each([
    [[2], [3]],
    [[2, 3], [3]],
    [
      [3, 1],
      [2, 3],
    ],
  ])('shape %j does not stretch to %j', (from, to) => {
    expect(() => broadcastTo(counting(from), to)).toThrow(
      expect.objectContaining({ kind: 'ValueError', code: 'broadcast' }),
    );
  });
});

function indexOf(flat: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  let rest = flat;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index.unshift(rest % shape[axis]!);
    rest = Math.floor(rest / shape[axis]!);
  }
  return index;
}

function flatIn(shape: readonly number[], index: readonly number[]): number {
  return shape.reduce((flat, extent, axis) => flat * extent + (extent === 1 ? 0 : index[axis]!), 0);
}
