// Programs that the cases share. Their numbers are dyadic and stay small, so that nothing is ever rounded, in any dtype
// and in any order of operations: on these every backend must give the interpreter's bits.
import { type Bindings, type Dtype, defineDynamics, type RunInputs, type StepProgram } from '@rp/dynamics';
import { csrFromDense } from '@rp/ndarray';
import { tensor } from './arrays.ts';
import { Random } from './prng.ts';

/** Spiking units with delayed recurrent spikes, a reset, every kind of result, and values at every stage. */
export const spiker: StepProgram = defineDynamics('conformance-spiker', {
  dims: ['n'],
  params: { weights: ['n', 'n'], threshold: ['n'], enabled: { shape: ['n'], type: 'bool' } },
  state: { v: ['n'], refractory: { shape: ['n'], type: 'bool' }, total: [] },
  lines: { sent: [2, 'n'] },
  inputs: { current: ['n'] },
  prelude: ({ params, dt, op }) => ({ gain: op.mul(dt, 8), half: op.mul(params.threshold, 0.5) }),
  observe: ({ state, pre, op }) => ({ height: op.sub(state.v, pre.half) }),
  step: ({ params, state, inputs, lines, pre, op }) => {
    const ready = op.and(params.enabled, op.not(state.refractory));
    const fires = op.and(op.ge(state.v, params.threshold), ready);
    const spikes = op.toFloat(fires);
    const drive = op.add(inputs.current, op.matvec(op.delay(lines.sent, spikes), params.weights));
    const leaked = op.sub(state.v, op.floor(op.mul(state.v, 0.25)));
    const charged = op.min(op.max(op.add(leaked, op.mul(drive, pre.gain)), -8), 8);
    return {
      state: { v: op.select(fires, 0, charged), refractory: fires, total: op.add(state.total, 1) },
      outputs: { ready, drive },
      events: { spikes },
      records: { leaked },
    };
  },
});

/** Bindings of {@link spiker} for `n` units: weights in eighths, thresholds that are met exactly now and then. */
export function spikerBindings(n: number, more: Partial<Bindings> = {}): Bindings {
  const random = new Random(n);
  return {
    dims: { n },
    dt: 0.125,
    params: {
      weights: tensor([n, n], () => (random.below(17) - 8) / 8),
      threshold: tensor([n], (index) => 1 + (index % 3) / 2),
      enabled: tensor([n], (index) => Number(index % 5 !== 4), 'float64', 'bool'),
    },
    ...more,
  };
}

/** Input rows of {@link spiker}: quarters from −0.5 to 1.5, half of them zero. */
export function spikerInputs(n: number, steps: number, batch = 1, dtype: Dtype = 'float64'): RunInputs {
  const random = new Random(1000 * n + steps);
  const current = tensor([batch, steps, n], () => (random.chance(50) ? 0 : (random.below(9) - 2) / 4), dtype);
  return { current };
}

/** Units that give off their threshold as often as they can in each step: how often, is found by a loop. */
export const countdown: StepProgram = defineDynamics('conformance-countdown', {
  dims: ['n'],
  params: { weights: ['n', 'n'], threshold: ['n'] },
  state: { v: ['n'], total: [] },
  lines: { sent: [2, 'n'] },
  inputs: { current: ['n'] },
  prelude: ({ params, op }) => ({ least: op.minOf(params.threshold) }),
  step: ({ params, state, inputs, lines, pre, op }) => {
    const charged = op.min(op.add(state.v, inputs.current), op.mul(pre.least, 8));
    const { v, count, rounds } = op.loop({
      limit: 8,
      carried: { v: ['n'], count: ['n'], rounds: [] },
      start: { v: charged, count: 0, rounds: 0 },
      while: (now) => op.any(op.ge(now.v, params.threshold)),
      body: (now) => {
        const fires = op.ge(now.v, params.threshold);
        const left = op.sub(now.v, params.threshold);
        return {
          next: {
            v: op.select(fires, left, now.v),
            count: op.add(now.count, op.toFloat(fires)),
            rounds: op.add(now.rounds, 1),
          },
          events: { fired: { when: fires, value: left } },
        };
      },
    });
    const arriving = op.matvec(op.delay(lines.sent, count), params.weights);
    return {
      state: {
        v: op.min(op.max(op.add(v, arriving), -8), 8),
        total: op.add(state.total, rounds),
      },
      outputs: { count, charged },
      events: { counts: count },
      records: { left: v, rounds },
    };
  },
});

/** Bindings of {@link countdown} for `n` units; thresholds from 1 to 2. */
export function countdownBindings(n: number, more: Partial<Bindings> = {}): Bindings {
  const random = new Random(n + 100);
  const params = {
    weights: tensor([n, n], () => (random.below(9) - 4) / 4),
    threshold: tensor([n], (index) => 1 + (index % 3) / 2),
  };
  return { dims: { n }, dt: 1, params, ...more };
}

/** Input rows of {@link countdown}: halves from −1 to 3.5, some of them zero. */
export function countdownInputs(n: number, steps: number, batch = 1): RunInputs {
  const random = new Random(77 * n + steps);
  return { current: tensor([batch, steps, n], () => (random.chance(40) ? 0 : (random.below(10) - 2) / 2)) };
}

/** One program that gives an input out as events, and counts them. */
export const relay: StepProgram = defineDynamics('conformance-relay', {
  dims: ['n'],
  inputs: { x: ['n'] },
  state: { sum: ['n'] },
  step: ({ inputs, state, op }) => ({
    state: { sum: op.add(state.sum, inputs.x) },
    outputs: { row: inputs.x },
    events: { same: inputs.x, doubled: op.mul(inputs.x, 2) },
  }),
});

/** Random words, taken as they are: two streams, a vector and a scalar, and their running sums. */
export const noise: StepProgram = withUniform(
  defineDynamics('conformance-noise', {
    dims: ['n'],
    state: { mean: ['n'] },
    step: ({ state, op }) => {
      const [vector, scalar] = [op.normal(['n']), op.normal([])];
      return {
        state: { mean: op.mul(op.add(state.mean, vector), 0.5) },
        outputs: { vector, scalar, again: op.normal(['n', 2]) },
      };
    },
  }),
);

/** The same program with a basic `uniform` in place of each `normal`; the words 0 … 3 take turns. */
export function withUniform(program: StepProgram): StepProgram {
  const values = program.values.map((value) =>
    value.op === 'normal' ? { ...value, op: 'uniform' as const, word: (value.stream ?? 0) % 4 } : value,
  );
  return { ...program, values };
}

/** Spiking units with sparse matrices: recurrent and delayed, given out, and in the prelude. */
export const sparseSpiker: StepProgram = defineDynamics('conformance-sparse-spiker', {
  dims: ['n', 'm'],
  params: {
    weights: { shape: ['n', 'n'], storage: 'csr' },
    out: { shape: ['n', 'm'], storage: 'csr' },
    gain: ['n'],
  },
  state: { v: ['n'], spikes: ['n'] },
  inputs: { current: ['n'] },
  lines: { sent: [2, 'n'] },
  prelude: ({ params, op }) => ({ rest: op.matvec(params.gain, params.out) }),
  step: ({ params, state, inputs, lines, pre, op }) => {
    const fires = op.ge(state.v, 1);
    const arriving = op.matvec(op.delay(lines.sent, state.spikes), params.weights);
    const again = op.matvec(op.toFloat(fires), params.weights);
    const charged = op.add(op.add(state.v, inputs.current), op.mul(op.add(arriving, again), params.gain));
    return {
      state: {
        v: op.select(fires, 0, op.min(op.max(charged, -8), 8)),
        spikes: op.mul(op.toFloat(fires), params.gain),
      },
      outputs: { given: op.add(op.matvec(state.spikes, params.out), pre.rest) },
      events: { fires },
      records: { arriving },
    };
  },
});

/** Bindings of {@link sparseSpiker}: weights in eighths, about a third of them there, some rows empty. */
export function sparseSpikerBindings(n: number, m: number, more: Partial<Bindings> = {}): Bindings {
  const random = new Random(n + 200);
  const matrix = (columns: number) =>
    csrFromDense(
      tensor([n, columns], (index) =>
        Math.floor(index / columns) % 4 === 3 || random.chance(60) ? 0 : (random.below(17) - 8) / 8,
      ),
    );
  const params = { weights: matrix(n), out: matrix(m), gain: tensor([n], (index) => (index % 3) / 2) };
  return { dims: { n, m }, dt: 1, params, ...more };
}

/** Input rows of {@link sparseSpiker}: quarters, half of them zero. */
export function sparseSpikerInputs(n: number, steps: number, batch = 1): RunInputs {
  return spikerInputs(n, steps, batch);
}

/** A program that takes long for its size: a dense product in every step, no input, no rows. */
export const heavy: StepProgram = defineDynamics('conformance-heavy', {
  dims: ['n'],
  params: { weights: ['n', 'n'] },
  state: { x: ['n'], count: [] },
  step: ({ params, state, op }) => {
    const y = op.add(op.matvec(state.x, params.weights), 1);
    return {
      state: { x: op.sub(y, op.mul(op.floor(op.mul(y, 0.25)), 4)), count: op.add(state.count, 1) },
    };
  },
});

export function heavyBindings(n: number): Bindings {
  const weights = tensor([n, n], (index) => ((index * 7) % 5) - 2);
  return { dims: { n }, dt: 1, params: { weights }, state: { x: tensor([n], [1]) } };
}
