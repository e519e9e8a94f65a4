// A delta modulator: 64 channels, 10⁵ steps, to events, in float64.
import { defineDynamics, type Expr } from '@rp/dynamics';
import { seeded } from '../../harness/random.ts';
import type { Arrays } from '../../harness/workload.ts';
import { type ProgramCase, programWorkload } from './program-workload.ts';

const channels = 64;
const steps = 100_000;

const program = defineDynamics('updown', {
  dims: ['m'],
  params: { threshold: ['m'], decay: ['m'] },
  state: { tracked: ['m'] },
  inputs: { input: ['m'] },
  step: ({ params, state, inputs, op }) => {
    const tracked = op.mul(state.tracked, params.decay);
    const whole = (distance: Expr) => op.max(op.floor(op.div(distance, params.threshold)), 0);
    const up = whole(op.sub(inputs.input, tracked));
    const down = whole(op.sub(tracked, inputs.input));
    const raised = op.add(tracked, op.mul(params.threshold, up));
    return {
      state: { tracked: op.sub(raised, op.mul(params.threshold, down)) },
      events: { ups: up, downs: down },
    };
  },
});

function makeCase(): ProgramCase {
  const random = seeded(15);
  const m = channels;
  const input = new Float64Array(steps * m);
  const signal = new Float64Array(m);
  for (let t = 0, at = 0; t < steps; t++) {
    for (let i = 0; i < m; i++, at++) {
      signal[i] = 0.999 * signal[i]! + 0.02 * (random() - 0.5);
      input[at] = signal[i]!;
    }
  }
  const threshold = Float64Array.from({ length: m }, () => 0.03 + 0.02 * random());
  const decay = Float64Array.from({ length: m }, () => 1 - 0.0005 * random());
  const vector = (data: Float64Array) => ({ data, shape: [m] });
  return {
    program,
    bindings: { dims: { m }, dt: 0.001, params: { threshold: vector(threshold), decay: vector(decay) } },
    inputs: { input: { data: input, shape: [1, steps, m] } },
    steps,
    results: ({ events, state }) => ({
      up_offsets: events.ups!.offsets,
      ups: events.ups!.units,
      up_counts: events.ups!.counts,
      down_offsets: events.downs!.offsets,
      downs: events.downs!.units,
      down_counts: events.downs!.counts,
      tracked: state.tracked!.data,
    }),
    plain: () => plain(input, threshold, decay),
    data: { input, threshold, decay },
    settings: { m },
    neurons: channels,
  };
}

function plain(input: Float64Array, threshold: Float64Array, decay: Float64Array): Arrays {
  const m = channels;
  const tracked = new Float64Array(m);
  const ups: number[] = [];
  const upCounts: number[] = [];
  const downs: number[] = [];
  const downCounts: number[] = [];
  const [upOffsets, downOffsets] = [new Uint32Array(steps + 1), new Uint32Array(steps + 1)];
  for (let t = 0; t < steps; t++) {
    for (let i = 0; i < m; i++) {
      const x = input[t * m + i]!;
      const d = threshold[i]!;
      const now = tracked[i]! * decay[i]!;
      const up = Math.max(Math.floor((x - now) / d), 0);
      const down = Math.max(Math.floor((now - x) / d), 0);
      if (up !== 0) {
        ups.push(i);
        upCounts.push(up);
      }
      if (down !== 0) {
        downs.push(i);
        downCounts.push(down);
      }
      tracked[i] = now + d * up - d * down;
    }
    upOffsets[t + 1] = ups.length;
    downOffsets[t + 1] = downs.length;
  }
  return {
    up_offsets: upOffsets,
    ups: Int32Array.from(ups),
    up_counts: Float64Array.from(upCounts),
    down_offsets: downOffsets,
    downs: Int32Array.from(downs),
    down_counts: Float64Array.from(downCounts),
    tracked,
  };
}

export const upDown = [
  programWorkload(
    'updown',
    '64 channels, 10⁵ steps, to up and down events',
    'float64',
    { native: 0.8 },
    makeCase,
  ),
];
