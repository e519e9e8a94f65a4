// Read-outs learn by ridge regression: they find the weights that a target was made with, in one batch or in many.
import { setMessageHandlers } from '@rp/errors';
import { FFExpSyn, FFExpSynBrian, FFRateEuler, PassThrough } from '@rp/layers-v1';
import { seededRandom } from '@rp/reservoir';
import { TSContinuous, TSEvent } from '@rp/timeseries';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let restore = () => {};
beforeEach(() => {
  restore = setMessageHandlers({ warn: () => {} });
});
afterEach(() => restore());

const dt = 0.01;
const steps = 300;
const random = seededRandom(3);
const weights = [
  [1, -0.5, 0.25],
  [0.5, 2, -1],
];
const nothing = [
  [0, 0, 0],
  [0, 0, 0],
];
const bias = [0.5, -1, 2];
const signal = TSContinuous.fromClocked(
  Array.from({ length: steps }, () => [random(), random() * 2 - 1]),
  { dt },
);
const times = Array.from({ length: 400 }, () => random() * steps * dt).sort((a, b) => a - b);
const events = new TSEvent({
  times,
  channels: times.map((_, k) => (k * 7) % 2),
  tStop: steps * dt,
  numChannels: 2,
});

/** The part of a signal that lies in a range of steps. */
const part = (series: TSContinuous, from: number, to: number) =>
  TSContinuous.fromClocked(
    Array.from({ length: to - from }, (_, k) => Array.from(series.call([(from + k) * dt]).data)),
    { dt, tStart: from * dt },
  );
const close = (found: Float64Array, wanted: readonly number[]) => {
  wanted.forEach((value, place) => {
    expect(found[place]).toBeCloseTo(value, 8);
  });
};

interface Trainable {
  readonly weights: { readonly data: Float64Array };
  trainRR(options: object): Promise<void>;
}

interface Case {
  readonly make: () => Trainable & { readonly bias?: { readonly data: Float64Array } };
  readonly input: TSContinuous | TSEvent;
  readonly target: () => Promise<TSContinuous>;
  readonly bias: readonly number[] | undefined;
}

const cases: Record<string, Case> = {
  PassThrough: {
    make: () => new PassThrough({ weights: nothing, dt }),
    input: signal,
    target: async () => new PassThrough({ weights, bias, dt }).evolve(signal),
    bias,
  },
  FFRateEuler: {
    make: () => new FFRateEuler({ weights: nothing, dt, gain: [1, 2, 4] }),
    input: signal,
    target: async () =>
      new PassThrough({ weights: weights.map(([a, b, c]) => [a!, 2 * b!, 4 * c!]), bias, dt }).evolve(signal),
    bias,
  },
  FFExpSyn: {
    make: () => new FFExpSyn({ weights: nothing, tauSyn: 0.05, dt }),
    input: events,
    target: async () => new FFExpSyn({ weights, bias, tauSyn: 0.05, dt }).evolve(events),
    bias,
  },
  FFExpSynBrian: {
    make: () => new FFExpSynBrian({ weights: nothing, tauSyn: 0.05, dt }),
    input: events,
    target: async () => new FFExpSynBrian({ weights, tauSyn: 0.05, dt }).evolve(events),
    bias: undefined,
  },
};

describe.each(Object.entries(cases))('%s', (_, { make, input, target, bias: wanted }) => {
  it('finds the weights that the target was made with', async () => {
    const layer = make();
    await layer.trainRR({ target: await target(), input, isLast: true });
    close(layer.weights.data, weights.flat());
    if (wanted) close(layer.bias!.data, wanted);
  });

  it('learns the same from several batches as from one', async () => {
    const [whole, batches] = [make(), make()];
    const goal = await target();
    const full = part(goal, 0, steps);
    await whole.trainRR({ target: full, input, isLast: true, regularize: 0.1 });
    const cuts = [0, 90, 91, 200, steps];
    for (let batch = 0; batch < 4; batch++) {
      await batches.trainRR({
        target: part(goal, cuts[batch]!, cuts[batch + 1]!),
        input,
        isFirst: batch === 0,
        isLast: batch === 3,
        regularize: 0.1,
      });
    }
    close(batches.weights.data, Array.from(whole.weights.data));
    expect(Array.from(whole.weights.data)).not.toEqual(weights.flat());
  });

  it('stays as it was until the last batch, and when a batch is refused', async () => {
    const layer = make();
    const goal = await target();
    await layer.trainRR({ target: goal, input });
    expect(layer.weights.data.every((weight) => weight === 0)).toBe(true);
    await expect(layer.trainRR({ target: signal, input, isFirst: false })).rejects.toMatchObject({
      kind: 'AssertionError',
      code: 'target-channels',
    });
    await layer.trainRR({ target: part(goal, 10, 20), input, isFirst: false, isLast: true });
    expect(layer.weights.data.some((weight) => weight !== 0)).toBe(true);
    await expect(layer.trainRR({ target: goal, input, isFirst: false })).rejects.toMatchObject({
      kind: 'RuntimeError',
      code: 'no-batch',
    });
    const before = Array.from(layer.weights.data);
    await expect(layer.trainRR({ target: goal, isLast: true })).rejects.toMatchObject({
      code: 'undetermined',
    });
    expect(Array.from(layer.weights.data)).toEqual(before);
  });

  it('refuses targets that aren’t finite', async () => {
    const broken = TSContinuous.fromClocked(
      [
        [1, 2, Number.NaN],
        [1, 2, 3],
      ],
      { dt },
    );
    await expect(make().trainRR({ target: broken, input, isLast: true })).rejects.toMatchObject({
      kind: 'ValueError',
      code: 'not-finite',
    });
  });
});

it('with trainBiases: false keeps the bias, and learns the rest', async () => {
  const layer = new FFExpSyn({ weights: nothing, bias, tauSyn: 0.05, dt });
  const target = await cases.FFExpSyn!.target();
  await layer.trainRR({ target, input: events, isLast: true, trainBiases: false });
  close(layer.weights.data, weights.flat());
  expect(Array.from(layer.bias.data)).toEqual(bias);
});

it('a neuron without gain cannot be trained', async () => {
  const layer = new FFRateEuler({ weights: nothing, dt, gain: [1, 0, 1] });
  const target = await cases.PassThrough!.target();
  await expect(layer.trainRR({ target, input: signal, isLast: true })).rejects.toMatchObject({
    code: 'gain',
  });
});
