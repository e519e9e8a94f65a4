import { setMessageHandlers } from '@rp/errors';
import { type NdArray, zeros } from '@rp/ndarray';
import { afterEach, describe, expect, expectTypeOf, it } from 'vitest';
import {
  Constant,
  type EvolveResult,
  Module,
  ModuleBase,
  oneOfShapes,
  Parameter,
  parameter,
  SimulationParameter,
  State,
  simulationParameter,
  state,
} from '../src/index.ts';

const vector = (...data: number[]) => ({ data: Float64Array.from(data), shape: [data.length] });

/** After this, what is assigned no longer counts as construction. */
const constructionOver = () => Promise.resolve();

abstract class Idle extends Module {
  protected override evolveImpl(): EvolveResult<NdArray> {
    return { output: vector(), state: this.state(), record: {} };
  }
}

class Cell extends Idle {
  weights = parameter({ data: [[1, 2, 3]], family: 'weights' });
  gain = parameter({ data: 2, family: 'gains' });
  total = state({ shape: 3, initFunc: zeros });
  noise = simulationParameter({ data: 0 });
  plain = 4;

  constructor() {
    super([1, 3]);
  }
}

class Pair extends Idle {
  first = new Cell();
  second = new Cell();

  constructor() {
    super([1, 3]);
  }
}

afterEach(() => setMessageHandlers());

describe('declaring attributes', () => {
  it('gives the attribute the value of the descriptor, and the type of that value', () => {
    const cell = new Cell();
    expectTypeOf(cell.gain).toEqualTypeOf<number>();
    expectTypeOf(cell.weights).toEqualTypeOf<NdArray>();
    expectTypeOf(cell.total).toEqualTypeOf<NdArray>();
    expect(cell.gain).toBe(2);
    expect(cell.weights).toEqual({ data: Float64Array.of(1, 2, 3), shape: [1, 3] });
    expect(Object.keys(cell.parameters())).toEqual(['weights', 'gain']);
    expect(cell.state()).toEqual({ total: vector(0, 0, 0) });
    expect(cell.simulationParameters()).toEqual({ noise: 0 });
  });

  it('works with assignments in the constructor, and with declared fields that say nothing', () => {
    class Base extends Idle {
      declare gain: number;
      constructor() {
        super(1);
        Reflect.set(this, 'gain', new Parameter({ data: 1 }));
      }
    }
    class Refined extends Base {
      // @ts-expect-error: TypeScript asks for `declare`; without it the field is defined as undefined
      override gain: number;
    }
    expect(new Refined().gain).toBe(1);
    expect(new Refined().parameters()).toEqual({ gain: 1 });
  });

  it('leaves private fields of subclasses alone', async () => {
    class Secretive extends Idle {
      #count = 0;
      gain = parameter({ data: 1 });
      constructor() {
        super(1);
      }
      count(): number {
        this.#count += 1;
        return this.#count;
      }
    }
    const module = new Secretive();
    expect(module.count() + module.count()).toBe(3);
    expect(module).toBeInstanceOf(Secretive);
    expect(module).toBeInstanceOf(ModuleBase);
    await module.dispose();
    await module.dispose();
  });

  it('needs the base constructor first', () => {
    class NoBase extends Idle {
      static make(): NoBase {
        const module: NoBase = Object.create(NoBase.prototype);
        module.registerAttribute('w', new Parameter({ data: 1 }));
        return module;
      }
    }
    expect(() => NoBase.make()).toThrow(expect.objectContaining({ kind: 'NotImplementedError' }));
  });

  it('lets a descriptor only add a new attribute once construction is over', async () => {
    const cell = new Cell();
    await constructionOver();
    const set = (name: string) => Reflect.set(cell, name, new Parameter({ data: 7, family: 'weights' }));
    for (const taken of ['weights', 'plain', 'state']) {
      expect(() => set(taken)).toThrow(expect.objectContaining({ code: 'attribute-exists' }));
    }
    set('late');
    expect(cell.parameters('weights')).toEqual({ weights: cell.weights, late: 7 });
  });
});

describe('assigning', () => {
  it('checks the shape, takes nested lists and typed arrays, and always takes null', () => {
    const cell = new Cell();
    const free = cell as unknown as Record<string, unknown>;
    free.weights = [[4, 5, 6]];
    free.total = new Float32Array([1, 2, 3]);
    expect(cell.weights).toEqual({ data: Float64Array.of(4, 5, 6), shape: [1, 3] });
    expect(cell.total).toEqual({ data: Float32Array.of(1, 2, 3), shape: [3] });
    for (const wrong of [1, [1, 2, 3], [[1, 2]], vector(1, 2, 3)]) {
      expect(() => {
        free.weights = wrong;
      }).toThrow(expect.objectContaining({ kind: 'ValueError', code: 'attribute-shape' }));
    }
    free.weights = null;
    expect(cell.parameters('weights')).toEqual({ weights: null });
    expect(() => {
      free.weights = 3;
    }).toThrow(/shape \(1, 3\), got a value of shape \(\)/);
  });

  it('keeps other names as ordinary properties', () => {
    const cell = new Cell();
    cell.plain = 9;
    expect(cell.plain).toBe(9);
    expect(cell.parameters()).not.toHaveProperty('plain');
  });

  it('refuses to write what is read-only, with an AttributeError', () => {
    const cell = new Cell();
    expect(() => Object.assign(cell, { name: 'x' })).toThrow(
      expect.objectContaining({ kind: 'AttributeError' }),
    );
    expect(() => cell.getAttribute('nothing')).toThrow(expect.objectContaining({ kind: 'AttributeError' }));
    expect(cell.getAttribute('gain')).toBe(2);
  });

  it('makes a module a submodule, and a plain value in its place ends that', () => {
    const pair = new Pair();
    expect(pair.first.name).toBe("'first'");
    expect(Object.keys(pair.modules())).toEqual(['first', 'second']);
    const free = pair as unknown as Record<string, unknown>;
    free.first = new Cell();
    expect(Object.keys(pair.modules())).toEqual(['first', 'second']);
    free.first = 3;
    expect(Object.keys(pair.modules())).toEqual(['second']);
    expect(pair.parameters()).toEqual({ second: pair.second.parameters() });
    delete free.second;
    expect(pair.modules()).toEqual({});
    expect(() => delete free.second).toThrow(expect.objectContaining({ kind: 'AttributeError' }));
  });

  it('refuses a module inside itself', () => {
    const pair = new Pair();
    expect(() => Object.assign(pair.first, { outer: pair })).toThrow(
      expect.objectContaining({ code: 'cycle' }),
    );
  });
});

describe('dictionaries', () => {
  it('find the two families that go by two names by either', () => {
    class Neurons extends Idle {
      a = parameter({ data: 1, family: 'bias' });
      b = parameter({ data: 2, family: 'biases' });
      c = parameter({ data: 3, family: 'threshold' });
      d = parameter({ data: 4, family: null });

      constructor() {
        super(1);
      }
    }
    const neurons = new Neurons();
    expect(neurons.parameters('bias')).toEqual({ a: 1, b: 2 });
    expect(neurons.parameters('biases')).toEqual({ a: 1, b: 2 });
    expect(neurons.parameters(['thresholds', 'bias'])).toEqual({ a: 1, b: 2, c: 3 });
    expect(neurons.parameters([null])).toEqual({ d: 4 });
    expect(neurons.parameters('')).toEqual({});
  });

  it('filter by the value of the family', () => {
    const pair = new Pair();
    const computed = ['wei', 'ghts'].join('');
    expect(pair.parameters(computed)).toEqual({
      first: { weights: pair.first.weights },
      second: { weights: pair.second.weights },
    });
    expect(pair.parameters('')).toEqual({});
    expect(pair.parameters([])).toEqual({ first: {}, second: {} });
    expect(pair.simulationParameters([null])).toEqual({ first: { noise: 0 }, second: { noise: 0 } });
    expect(Object.keys(pair.first.parameters(['weights', 'gains']))).toEqual(['gain', 'weights']);
  });

  it('find attributes by name in all branches', () => {
    const pair = new Pair();
    expect(pair.attributesNamed(['noise', 'gain'])).toEqual({
      first: { gain: 2, noise: 0 },
      second: { gain: 2, noise: 0 },
    });
  });

  it('can be written back, and unknown names do not matter', () => {
    const pair = new Pair();
    const saved = pair.parameters();
    pair.first.gain = 8;
    expect(pair.setAttributes({ ...saved, unknown: { x: 1 } })).toBe(pair);
    expect(pair.first.gain).toBe(2);
    expect(pair.setAttributes({ first: { gain: 5 }, plain: 1 }).first.gain).toBe(5);
  });
});

describe('resets', () => {
  it('hand out a fresh value each time, with the cast applied', () => {
    class Doubled extends Idle {
      w = parameter({ data: [1, 2] });
      c = parameter({
        shape: 2,
        initFunc: zeros,
        castFn: (v: NdArray) => ({ ...v, data: v.data.map((x) => x + 1) }),
      });
      constructor() {
        super(1);
      }
    }
    const module = new Doubled();
    for (let round = 0; round < 2; round++) {
      expect(module.resetParameters()).toBe(module);
      expect(module.w).toEqual(vector(1, 2));
      expect(module.c).toEqual(vector(1, 1));
      module.w.data[0]! += 5;
    }
  });

  it('leave simulation parameters alone, and reach submodules', () => {
    const pair = new Pair();
    pair.first.noise = 3;
    pair.first.gain = 7;
    pair.resetState();
    expect(pair.first.gain).toBe(7);
    pair.resetParameters();
    expect([pair.first.gain, pair.first.noise]).toEqual([2, 3]);
  });
});

describe('descriptors', () => {
  it('turn a constant of any kind into a simulation parameter', () => {
    for (const value of [1, true, null, 'text', Math.sin]) {
      const descriptor = new Parameter({ data: new Constant(value), family: 'taus' });
      expect(descriptor).toBeInstanceOf(SimulationParameter);
      expect([descriptor.kind, descriptor.data]).toEqual(['SimulationParameter', value]);
    }
  });

  it('tell one shape from a list of shapes, and leave the list alone', () => {
    const shapes = [[2, 2], 4];
    expect(new State({ shape: shapes, initFunc: zeros }).shape).toEqual([2, 2]);
    expect(shapes).toEqual([[2, 2], 4]);
    expect(new State({ shape: [2, 4], initFunc: zeros }).shape).toEqual([2, 4]);
    expect(new State({ shape: oneOfShapes(2, 4), initFunc: zeros }).shape).toEqual([2]);
    expect(new State({ shape: [], initFunc: () => 1 }).data).toBe(1);
    expect(() => new State({ shape: oneOfShapes(), data: 1 })).toThrow(
      expect.objectContaining({ kind: 'ValueError' }),
    );
  });

  it('print themselves', () => {
    expect(String(new Parameter({ data: [1, 2], family: 'weights' }))).toMatch(
      /^Parameter\(data=array of shape \(2,\), family='weights', .*shape=\(2,\)\)$/,
    );
  });
});

describe('the text form', () => {
  it('shows submodules under the names of the registry, also a module that has two', () => {
    class Twice extends Idle {
      a = new Cell();
      b = this.a;
      constructor() {
        super([1, 3]);
      }
    }
    const twice = new Twice();
    expect(twice.a.name).toBe("'b'");
    expect(String(twice)).toBe(
      "Twice  with shape (1, 3) {\n    Cell 'a' with shape (1, 3)\n    Cell 'b' with shape (1, 3)\n}",
    );
  });

  it('takes the name of a class from the class itself, if it says one', () => {
    class Minified extends Cell {
      static readonly className: string = 'Readable';
    }
    class Heir extends Minified {}
    expect([new Minified().className, new Heir().fullName]).toEqual(['Readable', 'Heir ']);
  });

  it('warns on every read of the deprecated size', () => {
    const warnings: string[] = [];
    setMessageHandlers({ warn: (message) => warnings.push(message) });
    const cell = new Cell();
    expect(cell.size + cell.size).toBe(6);
    expect(warnings).toHaveLength(2);
  });
});
