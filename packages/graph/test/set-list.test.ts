import { SetList } from '@rp/graph';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

describe('SetList', () => {
  it('reads like an array', () => {
    const list = new SetList(['a', 'b', 'a', 'c']);
    expect([list[0], list[2], list[3], list.at(-1), list.length]).toEqual(['a', 'c', undefined, 'c', 3]);
    expect([list.indexOf('c'), list.indexOf('x'), list.includes('b')]).toEqual([2, -1, true]);
    expect([...list]).toEqual(['a', 'b', 'c']);
    expect(JSON.stringify(list)).toBe('["a","b","c"]');
  });

  it('tells objects apart by identity and primitives by value', () => {
    const first = {};
    expect(new SetList<unknown>([first, {}, first]).length).toBe(2);
    expect(new SetList<unknown>([Number.NaN, Number.NaN, 1, '1']).length).toBe(3);
  });

  it('removing what is absent is a ValueError, discarding it is not', () => {
    const list = new SetList([1]);
    expect(() => list.remove(2)).toThrow(
      expect.objectContaining({ kind: 'ValueError', code: 'not-contained' }),
    );
    expect(list.discard(2)).toBe(false);
    expect(list.toArray()).toEqual([1]);
  });

  it('replacing at a place that does not exist is an IndexError', () => {
    for (const index of [2, -3, 0.5]) {
      expect(() => new SetList([1, 2]).replaceAt(index, 9)).toThrow(
        expect.objectContaining({ kind: 'IndexError' }),
      );
    }
  });

  it('replacing with an element that stands elsewhere removes the place', () => {
    const list = new SetList([1, 2, 3]);
    list.replaceAt(0, 3);
    expect(list.toArray()).toEqual([2, 3]);
    list.replaceAt(-1, 7);
    expect(list.toArray()).toEqual([2, 7]);
  });

  it('extending a list by itself changes nothing', () => {
    const list = new SetList([1, 2]);
    list.extend(list);
    expect(list.toArray()).toEqual([1, 2]);
  });

  it('any sequence of writes leaves distinct elements under the right indices', () => {
    const write = fc.record({
      op: fc.constantFrom('add', 'discard', 'replaceAt', 'clear'),
      value: fc.nat(5),
      index: fc.nat(4),
    });
    fc.assert(
      fc.property(fc.array(write), (writes) => {
        const list = new SetList<number>();
        let model: number[] = [];
        for (const { op, value, index } of writes) {
          if (op === 'add') {
            list.add(value);
            if (!model.includes(value)) model.push(value);
          } else if (op === 'discard') {
            expect(list.discard(value)).toBe(model.includes(value));
            model = model.filter((item) => item !== value);
          } else if (op === 'replaceAt' && index < model.length) {
            list.replaceAt(index, value);
            if (model.includes(value) && model[index] !== value) model.splice(index, 1);
            else model[index] = value;
          } else if (op === 'clear' && index === 0) {
            list.clear();
            model = [];
          }
        }
        expect(list.toArray()).toEqual(model);
        expect(Object.keys(list)).toEqual(model.map((_, index) => String(index)));
        expect(model.map((item) => list.indexOf(item))).toEqual(model.map((_, index) => index));
      }),
    );
  });
});
