// Every basic operation over the edges of the number line, in a table that a new operation can't be missing from.
// Where bits are promised they are compared with the interpreter's; elsewhere one step has an error bound.
import {
  type BasicOp,
  type Bindings,
  basicOps,
  type CompositeOp,
  type Dtype,
  defineDynamics,
  type Expr,
  type Operand,
  type Ops,
  operations,
  type RunInputs,
  rounding,
  type Shape,
  type StepProgram,
} from '@rp/dynamics';
import { tensor } from '../arrays.ts';
import { tooFar } from '../bounds.ts';
import { type CaseContext, type ConformanceCase, check, eachDtype } from '../case.ts';
import { edges, ordinary } from '../edges.ts';
import { withUniform } from '../programs.ts';

/** One program that uses the operation, and what to run it on. */
interface Probe {
  readonly program: StepProgram;
  readonly bindings: Bindings;
  readonly inputs?: RunInputs | undefined;
  /** Default 1. */
  readonly steps?: number | undefined;
}

/** The probes of an operation, over some numbers. */
type Probes = (numbers: readonly number[], dtype: Dtype) => readonly Probe[];

const unary = (apply: (op: Ops, x: Expr) => Expr): Probes => {
  const program = defineDynamics('unary', {
    dims: ['n'],
    inputs: { x: ['n'] },
    step: ({ inputs, op }) => ({ state: {}, outputs: { y: apply(op, inputs.x) } }),
  });
  return (numbers) => {
    const n = numbers.length;
    return [{ program, bindings: { dims: { n }, dt: 1 }, inputs: { x: tensor([1, 1, n], numbers) } }];
  };
};

/** All pairs; vector with vector, vector with scalar, scalar with vector, and two scalars. */
const binary = (apply: (op: Ops, a: Expr, b: Expr) => Expr): Probes => {
  const program = defineDynamics('binary', {
    dims: ['n'],
    inputs: { a: ['n'], b: ['n'], c: [] },
    step: ({ inputs: { a, b, c }, op }) => ({
      state: {},
      outputs: {
        vectors: apply(op, a, b),
        right: apply(op, a, c),
        left: apply(op, c, b),
        scalars: apply(op, c, c),
      },
    }),
  });
  return (numbers) => {
    // As many steps as numbers: in each, b is turned by one more.
    const n = numbers.length;
    const inputs = {
      a: tensor([1, n, n], (index) => numbers[index % n]!),
      b: tensor([1, n, n], (index) => numbers[(index + Math.floor(index / n)) % n]!),
      c: tensor([1, n], numbers),
    };
    return [{ program, bindings: { dims: { n }, dt: 1 }, inputs, steps: n }];
  };
};

/** Of 32-bit integers, around their limits, too; the second one also as a constant. */
const int32 =
  (apply: (op: Ops, a: Operand, b: Operand) => Expr): Probes =>
  (numbers, dtype) => {
    const magnitudes = [
      5,
      31,
      32,
      33,
      2 ** 16 - 1,
      2 ** 24 + 1,
      2 ** 31 - 1,
      2 ** 31,
      2 ** 31 + 256,
      2 ** 32,
    ];
    const all = [...numbers, ...magnitudes.flatMap((x) => [x, -x]).map(rounding(dtype))];
    const withConstant = [0, 3, 31, 33, -1, 2.9, 0.9999999999, Number.NaN, 2 ** 31].map((k) =>
      unary((op, x) => apply(op, x, k)),
    );
    return [binary(apply), ...withConstant].flatMap((probes) => probes(all, dtype));
  };

const select: Probes = (numbers) => {
  const program = defineDynamics('select', {
    dims: ['n'],
    params: { pick: { shape: ['n'], type: 'bool' }, one: { shape: [], type: 'bool' } },
    inputs: { a: ['n'], b: ['n'] },
    step: ({ params: { pick, one }, inputs: { a, b }, op }) => ({
      state: {},
      outputs: {
        each: op.select(pick, a, b),
        whole: op.select(one, a, b),
        truth: op.select(pick, one, op.not(pick)),
        scalar: op.select(pick, 1, b),
      },
    }),
  });
  const n = numbers.length;
  const inputs = { a: tensor([1, 1, n], numbers), b: tensor([1, 1, n], (index) => numbers[n - 1 - index]!) };
  return [0, 1].map((one) => ({
    program,
    bindings: {
      dims: { n },
      dt: 1,
      params: {
        pick: tensor([n], (index) => (index + one) % 2, 'float64', 'bool'),
        one: tensor([], [one], 'float64', 'bool'),
      },
    },
    inputs,
  }));
};

const cast: Probes = (numbers) => {
  const program = defineDynamics('cast', {
    dims: ['n'],
    inputs: { x: ['n'], b: { shape: ['n'], type: 'bool' }, c: { shape: [], type: 'bool' } },
    step: ({ inputs: { x, b, c }, op }) => ({
      state: {},
      outputs: { truth: op.toBool(x), number: op.toFloat(b), scalar: op.toFloat(c) },
      events: { fromTruth: b, fromNumber: op.toFloat(op.not(b)) },
    }),
  });
  const n = numbers.length;
  const inputs = {
    x: tensor([1, 2, n], (index) => numbers[index % n]!),
    b: tensor([1, 2, n], (index) => index % 2, 'float64', 'bool'),
    c: tensor([1, 2], [0, 1], 'float64', 'bool'),
  };
  return [{ program, bindings: { dims: { n }, dt: 1 }, inputs, steps: 2 }];
};

/** Constants as outputs, as states and as events; a scalar fills what it is put into. */
const constant: Probes = (numbers) =>
  [...numbers, true, false].map((value) => {
    const type = typeof value === 'boolean' ? 'bool' : 'float';
    const program = defineDynamics('constant', {
      dims: ['n'],
      state: { held: { shape: ['n'], type } },
      step: () => ({ state: { held: value }, outputs: { given: value }, events: { sent: value } }),
    });
    return { program, bindings: { dims: { n: 3 }, dt: 1 }, steps: 2 };
  });

const dt: Probes = (numbers) => {
  const program = defineDynamics('dt', {
    dims: [],
    prelude: ({ dt: step, op }) => ({ twice: op.mul(step, 2) }),
    step: ({ dt: step, pre }) => ({ state: {}, outputs: { step, twice: pre.twice } }),
  });
  return numbers.map((value) => ({ program, bindings: { dims: {}, dt: value }, steps: 2 }));
};

const shapes: readonly Shape[] = [[], ['n'], ['n', 2], [2, 'n', 3]];

/** A leaf of every shape and type, given out as it is, and put into a computation. */
const leaf =
  (kind: 'param' | 'state' | 'input'): Probes =>
  (numbers, dtype) =>
    (['float', 'bool'] as const).flatMap((type) =>
      shapes.map((shape) => {
        const declared = { x: { shape, type } };
        const program = defineDynamics(`${kind}-${type}-${shape.length}`, {
          dims: ['n'],
          ...(kind === 'param' ? { params: declared } : {}),
          inputs: kind === 'input' ? declared : {},
          state: kind === 'state' ? declared : {},
          step: (context) => {
            const leaves: Readonly<Record<string, Expr>> = {
              ...context.params,
              ...context.state,
              ...context.inputs,
            };
            const x = leaves.x!;
            const { op } = context;
            const used = op.mul(op.toFloat(x), 2);
            const state = kind === 'state' ? { x: type === 'bool' ? op.not(x) : op.sub(1, x) } : {};
            return { state: state as Record<string, Expr>, outputs: { given: x, used }, events: { sent: x } };
          },
        });
        const n = 3;
        const extents = shape.map((dim) => (dim === 'n' ? n : Number(dim)));
        const value = (shapeOf: readonly number[]) =>
          tensor(
            shapeOf,
            (index) => (type === 'bool' ? index % 2 : numbers[index % numbers.length]!),
            dtype,
            type,
          );
        const bindings: Bindings = {
          dims: { n },
          dt: 1,
          batch: 2,
          ...(kind === 'param' ? { params: { x: value(extents) } } : {}),
          ...(kind === 'state' ? { state: { x: value([2, ...extents]) } } : {}),
        };
        const inputs = kind === 'input' ? { x: value([2, 3, ...extents]) } : {};
        return { program, bindings, inputs, steps: 3 };
      }),
    );

/** Every size of either side; numbers that may be infinite meet zeros, which must be left out. */
const matvec: Probes = (numbers, dtype) => {
  const program = defineDynamics('matvec', {
    dims: ['pre', 'post'],
    params: { weights: ['pre', 'post'] },
    inputs: { x: ['pre'] },
    step: ({ params, inputs, op }) => ({
      state: {},
      outputs: { y: op.matvec(inputs.x, params.weights), z: op.matvec(op.mul(inputs.x, 2), params.weights) },
    }),
  });
  const round = rounding(dtype);
  const sizes = [0, 1, 2, 3, 4, 5, 7, 8, 9, 17, 33];
  return sizes.flatMap((pre) =>
    [0, 1, 3, 4, 6, 16, 19].flatMap((post) => [
      {
        program,
        bindings: {
          dims: { pre, post },
          dt: 1,
          params: { weights: tensor([pre, post], (index) => numbers[(index * 5) % numbers.length]!) },
        },
        inputs: {
          x: tensor([1, 4, pre], (index) => (index % 3 === 0 ? 0 : numbers[(index * 11) % numbers.length]!)),
        },
        steps: 4,
      },
      // Sums whose rounding depends on the order.
      {
        program,
        bindings: {
          dims: { pre, post },
          dt: 1,
          params: {
            weights: tensor([pre, post], (index) => dyadicOr(numbers, round(Math.sin(index + 1)), index)),
          },
        },
        inputs: {
          x: tensor([1, 2, pre], (index) => dyadicOr(numbers, round(Math.cos(3 * index + 1)), index)),
        },
        steps: 2,
      },
    ]),
  );
};

/** A number that makes sums round, where bits are promised (there the numbers hold a NaN); else a small whole one. */
function dyadicOr(numbers: readonly number[], value: number, index: number): number {
  return numbers.some(Number.isNaN) ? value : (index % 7) - 3;
}

const stack: Probes = (numbers) => {
  const program = defineDynamics('stack', {
    dims: ['n'],
    inputs: { a: ['n'], b: ['n'], m: ['n', 2], s: [], t: { shape: ['n'], type: 'bool' } },
    step: ({ inputs: { a, b, m, s, t }, op }) => ({
      state: {},
      outputs: {
        one: op.stack(a),
        three: op.stack(b, op.add(a, b), a),
        deep: op.stack(m, m),
        scalars: op.stack(s, op.mul(s, 2), 7),
        truths: op.stack(t, op.not(t)),
      },
    }),
  });
  return [0, 1, numbers.length].map((n) => ({
    program,
    bindings: { dims: { n }, dt: 1 },
    inputs: {
      a: tensor([1, 1, n], numbers.slice(0, Math.max(n, 1))),
      b: tensor([1, 1, n], (index) => numbers[n - 1 - index]!),
      m: tensor([1, 1, n, 2], (index) => numbers[index % numbers.length]!),
      s: tensor([1, 1], [numbers[0]!]),
      t: tensor([1, 1, n], (index) => index % 2, 'float64', 'bool'),
    },
  }));
};

/** Lines of every length, the empty one too, over every shape, that start with something in them. */
const delay: Probes = (numbers) => {
  const program = defineDynamics('delay', {
    dims: ['n', 'd'],
    inputs: { x: ['n'], s: [], m: [2, 'n'] },
    lines: { vector: ['d', 'n'], scalar: ['d'], matrix: ['d', 2, 'n'], fixed: [3, 'n'] },
    step: ({ inputs: { x, s, m }, lines, op }) => ({
      state: {},
      outputs: {
        vector: op.mul(op.delay(lines.vector, x), 1),
        scalar: op.mul(op.delay(lines.scalar, s), 1),
        matrix: op.delay(lines.matrix, m),
        fixed: op.delay(lines.fixed, op.mul(x, 2)),
      },
    }),
  });
  const [steps, batch] = [9, 2];
  const number = (index: number) => numbers[(index * 3) % numbers.length]!;
  return [0, 1, 2, 5].flatMap((d) =>
    [1, 3].map((n) => ({
      program,
      bindings: {
        dims: { n, d },
        dt: 1,
        batch,
        state: {
          vector: tensor([batch, d, n], number),
          scalar: tensor([d], number),
          matrix: tensor([batch, d, 2, n], number),
        },
      },
      inputs: {
        x: tensor([batch, steps, n], number),
        s: tensor([batch, steps], number),
        m: tensor([batch, steps, 2, n], number),
      },
      steps,
    })),
  );
};

/** Rows of every length, along the last of one, two and three axes. */
const reduction =
  (apply: (op: Ops, x: Expr) => Expr, exact = false): Probes =>
  (numbers, dtype) => {
    const program = defineDynamics('reduction', {
      dims: ['n', 'm'],
      params: { w: ['m', 'n'] },
      inputs: { x: ['n'], a: ['m', 'n'], b: [2, 'm', 'n'] },
      prelude: ({ params, op }) => ({ rows: apply(op, params.w), whole: apply(op, apply(op, params.w)) }),
      step: ({ inputs: { x, a, b }, pre, op }) => ({
        state: {},
        outputs: {
          vector: apply(op, x),
          twice: apply(op, op.mul(x, 2)),
          matrix: apply(op, a),
          deep: apply(op, b),
          rows: op.mul(pre.rows, 1),
          whole: op.mul(pre.whole, 1),
        },
      }),
    });
    const round = rounding(dtype);
    const number = (index: number) =>
      exact ? numbers[(index * 7) % numbers.length]! : dyadicOr(numbers, round(Math.sin(index + 1)), index);
    return [0, 1, 2, 3, 5, 8, 19].flatMap((n) =>
      [0, 1, 4].map((m) => ({
        program,
        bindings: { dims: { n, m }, dt: 1, batch: 2, params: { w: tensor([m, n], number) } },
        inputs: {
          x: tensor([2, 6, n], number),
          a: tensor([2, 6, m, n], (index) => number(3 * index)),
          b: tensor([2, 6, 2, m, n], (index) => number(5 * index)),
        },
        steps: 6,
      })),
    );
  };

/** Every index there is, and some that aren't. */
const part =
  (apply: (op: Ops, array: Expr, index: Operand) => Expr): Probes =>
  (numbers) => {
    const program = defineDynamics('part', {
      dims: ['n', 'm'],
      params: { w: ['n', 'm'], at: [] },
      inputs: { x: ['n'], a: ['n', 'm'], b: ['n', 2, 'm'], i: [] },
      prelude: ({ params, op }) => ({ fixed: apply(op, params.w, params.at) }),
      step: ({ params, inputs: { x, a, b, i }, pre, op }) => ({
        state: {},
        outputs: {
          weights: apply(op, params.w, i),
          element: apply(op, x, i),
          part: apply(op, op.mul(a, 1), op.add(i, 0.5)),
          deep: apply(op, b, i),
          constant: apply(op, a, 1),
          fixed: op.mul(pre.fixed, 1),
        },
      }),
    });
    const number = (index: number) => numbers[(index * 3) % numbers.length]!;
    const strange = numbers.some(Number.isNaN)
      ? [Number.NaN, Number.POSITIVE_INFINITY, -Infinity, -0, 2 ** 40]
      : [];
    const places = [0, 1, 2, 3, 4, -1, -0.5, 0.75, 1.5, 2.25, ...strange];
    return [0, 1, 3].flatMap((n) =>
      [0, 1, 4].map((m) => ({
        program,
        bindings: { dims: { n, m }, dt: 1, params: { w: tensor([n, m], number), at: tensor([], [n - 1]) } },
        inputs: {
          x: tensor([1, places.length, n], number),
          a: tensor([1, places.length, n, m], number),
          b: tensor([1, places.length, n, 2, m], number),
          i: tensor([1, places.length], places),
        },
        steps: places.length,
      })),
    );
  };

const index: Probes = () => {
  const program = defineDynamics('index', {
    dims: ['n'],
    inputs: { x: ['n'] },
    prelude: ({ op }) => ({ squares: op.mul(op.index('n'), op.index('n')) }),
    step: ({ inputs, pre, op }) => ({
      state: {},
      outputs: {
        plain: op.index('n'),
        fixed: op.index(3),
        used: op.add(op.index('n'), inputs.x),
        squares: op.mul(pre.squares, 1),
      },
      events: { places: op.index('n') },
    }),
  });
  return [0, 1, 2, 5, 33].map((n) => ({
    program,
    bindings: { dims: { n }, dt: 1, batch: 2 },
    inputs: { x: tensor([2, 2, n], [0.5]) },
    steps: 2,
  }));
};

const uniform: Probes = () => {
  const program = withUniform(
    defineDynamics('uniform', {
      dims: ['n'],
      step: ({ op }) => ({
        state: {},
        outputs: {
          a: op.normal(['n']),
          b: op.normal([]),
          c: op.normal(['n', 3]),
          d: op.normal(['n']),
          e: op.normal(['n']),
        },
      }),
    }),
  );
  const seeds = [0, 1, 0xffffffff, 0x100000000, Number.MAX_SAFE_INTEGER];
  return [
    ...seeds.map((seed) => ({ program, bindings: { dims: { n: 5 }, dt: 1, batch: 3, seed }, steps: 3 })),
    // The counter of steps goes round at 2^32.
    ...[1, 0x7ffffffe, 0xfffffffe].map((firstStep) => ({
      program,
      bindings: { dims: { n: 2 }, dt: 1, firstStep },
      steps: 4,
    })),
  ];
};

const table: Readonly<Record<BasicOp, Probes>> = {
  const: constant,
  dt,
  index,
  param: leaf('param'),
  state: leaf('state'),
  input: leaf('input'),
  add: binary((op, a, b) => op.add(a, b)),
  sub: binary((op, a, b) => op.sub(a, b)),
  mul: binary((op, a, b) => op.mul(a, b)),
  div: binary((op, a, b) => op.div(a, b)),
  min: binary((op, a, b) => op.min(a, b)),
  max: binary((op, a, b) => op.max(a, b)),
  floor: unary((op, x) => op.floor(x)),
  abs: unary((op, x) => op.abs(x)),
  sqrt: unary((op, x) => op.sqrt(x)),
  // Of whole numbers, and of what is far beyond the exponents.
  pow2: unary((op, x) => op.pow2(op.floor(x))),
  exponent: unary((op, x) => op.exponent(x)),
  addInt32: int32((op, a, b) => op.addInt32(a, b)),
  shiftLeft: int32((op, a, b) => op.shiftLeft(a, b)),
  shiftRight: int32((op, a, b) => op.shiftRight(a, b)),
  andBits: int32((op, a, b) => op.andBits(a, b)),
  gt: binary((op, a, b) => op.gt(a, b)),
  ge: binary((op, a, b) => op.ge(a, b)),
  eq: binary((op, a, b) => op.eq(a, b)),
  select,
  cast,
  uniform,
  sum: reduction((op, x) => op.sum(x)),
  minOf: reduction((op, x) => op.minOf(x), true),
  maxOf: reduction((op, x) => op.maxOf(x), true),
  argmin: reduction((op, x) => op.argmin(x), true),
  row: part((op, array, place) => op.row(array, place)),
  column: part((op, array, place) => op.column(array, place)),
  matvec,
  stack,
  delay,
};

/** Where bits aren't promised, of numbers whose products have neither subnormal nor infinite parts. */
const floorDiv: Probes = (numbers, dtype) => {
  const moderate = (x: number) => Math.abs(x) > 2 ** -10 && Math.abs(x) < 2 ** 11;
  const wild = numbers.some(Number.isNaN);
  return binary((op, a, b) => op.floorDiv(a, b))(wild ? numbers : numbers.filter(moderate), dtype);
};

const composites: Readonly<Record<CompositeOp, Probes>> = {
  exp: unary((op, x) => op.exp(x)),
  log: unary((op, x) => op.log(x)),
  tanh: unary((op, x) => op.tanh(x)),
  floorDiv,
  normal: () => [
    {
      program: defineDynamics('normal', {
        dims: ['n'],
        step: ({ op }) => ({ state: {}, outputs: { a: op.normal(['n']), b: op.normal(['n']) } }),
      }),
      bindings: { dims: { n: 100 }, dt: 1, batch: 2, seed: 7 },
      steps: 5,
    },
  ],
};

/** Units in the last place by which a result may be off where bits aren't promised. */
const allowed = { exact: 0, rounded: 1, '2 ulp': 16, '4 ulp': 16 } as const;
const looser: Partial<Record<BasicOp | CompositeOp, number>> = {
  div: 3,
  sqrt: 4,
  matvec: 0,
  sum: 0,
};

export const operationCases: readonly ConformanceCase[] = [
  ...basicOps,
  ...(Object.keys(composites) as CompositeOp[]),
].map((op) =>
  eachDtype('operations', `${op} over edge values equals the reference`, async (context) => {
    const probes = { ...table, ...composites }[op];
    const numbers = context.bitExact ? edges(context.dtype) : ordinary(context.dtype);
    for (const probe of probes(numbers, context.dtype)) await runProbe(context, op, probe);
  }),
);

async function runProbe(context: CaseContext, op: BasicOp | CompositeOp, probe: Probe): Promise<void> {
  const { program, bindings, inputs = {}, steps = 1 } = probe;
  const what = `${program.name} with ${JSON.stringify({ dims: bindings.dims, dt: bindings.dt })}`;
  const pair = await context.pair(program, bindings);
  if (context.bitExact) {
    await pair.run(inputs, { steps }, what);
  } else {
    const expected = pair.interpreter.run(inputs, { steps });
    const actual = await pair.session.run(inputs, { steps });
    // A difference of the angle shifts a normal number by as much wherever it lies.
    const scale = op === 'normal' ? new Array<number>(2000).fill(4) : undefined;
    const bound = { ulps: looser[op] ?? allowed[operations[op].bound], scale };
    for (const [name, rows] of Object.entries(expected.outputs)) {
      const actualRows = actual.outputs[name];
      const difference =
        actualRows === undefined ? 'is missing' : tooFar(actualRows, rows, bound, context.dtype);
      check(difference === undefined, `${what}: ${name} ${difference}`);
    }
  }
  await pair.session.dispose();
}
