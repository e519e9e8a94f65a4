// Promises of FFCLIAF and RecCLIAF beyond those of all layers with a program. What the reference gets wrong has its
// number of the specification in brackets.
import { setMessageHandlers } from '@rp/errors';
import { ConstantLeakNeurons, findRecurrentModules } from '@rp/graph';
import { FFCLIAF, layerToJson, loadLayer, ownLayers, RecCLIAF, type StateType } from '@rp/layers-v1';
import { type TSContinuous, TSEvent } from '@rp/timeseries';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let restore = () => {};
beforeEach(() => {
  restore = setMessageHandlers({ warn: () => {} });
});
afterEach(() => restore());

const kind = (name: string, code?: string) =>
  expect.objectContaining(code === undefined ? { kind: name } : { kind: name, code });
const numbers = (array: { data: ArrayLike<number> } | null) => Array.from(array?.data ?? []);
/** Events in the given steps of 1 s, all on channel 0 unless said otherwise. */
const inSteps = (steps: number[], channels = steps.map(() => 0), tStop = 20) =>
  new TSEvent({ times: steps.map((step) => step + 0.25), channels, tStop });
const spikes = ({ times, channels }: TSEvent) => Array.from(times, (time, k) => [time, channels[k]!]);

describe('FFCLIAF', () => {
  it('fires as often as the voltage allows, in the middle of the step', async () => {
    const layer = new FFCLIAF({ weights: [[20, 3]], bias: -1 });
    const output = await layer.evolve(inSteps([0, 2]), { numTimesteps: 4 });
    expect(spikes(output)).toEqual([
      [0.5, 0],
      [0.5, 0],
      [2.5, 0],
      [2.5, 0],
    ]);
    expect(numbers(layer.state)).toEqual([4, 2]);
    expect([output.name, output.numChannels, output.tStart, output.tStop]).toEqual(['unnamed', 2, 0, 4]);
  });

  it('takes the threshold away again and again, rounded each time, as the reference does', async () => {
    const layer = new FFCLIAF({ weights: [[1]], vThresh: 0.1, vSubtract: 0.1 });
    await layer.evolve(inSteps([0]), { numTimesteps: 1 });
    let v = 1;
    while (v >= 0.1) v -= 0.1;
    expect(numbers(layer.state)).toEqual([v]);
  });

  it('without vSubtract fires once, and the voltage becomes vReset', async () => {
    const layer = new FFCLIAF({ weights: [[30]], vSubtract: null, vReset: -2 });
    expect(numbers(layer.state)).toEqual([-2]);
    const output = await layer.evolve(inSteps([1]), { numTimesteps: 3 });
    expect(spikes(output)).toEqual([[1.5, 0]]);
    expect(numbers(layer.state)).toEqual([-2]);
  });

  it('keeps its voltages in double precision from evolution to evolution [CL-1]', async () => {
    const layer = new FFCLIAF({ weights: [[0]], bias: 0.1, vThresh: 1e9 });
    for (let k = 0; k < 3; k++) await layer.evolve(null, { numTimesteps: 1 });
    expect(numbers(layer.state)).toEqual([0.1 + 0.1 + 0.1]);
  });

  it('keeps time by counting steps [CL-2], exactly as many as asked for [TS-1]', async () => {
    const layer = new FFCLIAF({ weights: [[9]], dt: 0.1, bias: 9 });
    for (let k = 0; k < 3; k++) await layer.evolve(null, { numTimesteps: 1 });
    const output = await layer.evolve(null, { duration: 0.3 });
    expect(Array.from(output.times)).toEqual([3.5 * 0.1, 4.5 * 0.1, 5.5 * 0.1]);
    expect(layer.timestep).toBe(6);
  });

  it('has a state of its own, not that of vReset [CL-4], and a plain dictionary without vSubtract [CL-4]', async () => {
    const layer = new FFCLIAF({ weights: [[1]], vReset: 3, vSubtract: null, name: 'cl' });
    layer.resetState();
    await layer.evolve(inSteps([0]), { numTimesteps: 1 });
    expect([numbers(layer.state), numbers(layer.vReset)]).toEqual([[4], [3]]);
    expect(layer.toDict()).toEqual({
      class_name: 'FFCLIAF',
      name: 'cl',
      dt: 1,
      weights: [[1]],
      bias: [0],
      v_thresh: [8],
      v_reset: [3],
      v_subtract: null,
      monitor_id: [],
    });
  });

  it('refuses a vSubtract with which neurons would fire for ever', () => {
    for (const vSubtract of [0, -1, [1, 0]]) {
      const weights = Array.isArray(vSubtract) ? [[1, 1]] : [[1]];
      expect(() => new FFCLIAF({ weights, vSubtract })).toThrow(kind('ValueError', 'v-subtract'));
    }
    const layer = new FFCLIAF({ weights: [[1]] });
    expect(() => {
      layer.vSubtract = 0;
    }).toThrow(kind('ValueError', 'v-subtract'));
    expect(numbers(layer.vSubtract)).toEqual([8]);
  });

  it('whose neurons don’t come to an end fails, and is as it was before', async () => {
    const layer = new FFCLIAF({ weights: [[Number.POSITIVE_INFINITY]] });
    await layer.evolve(null, { numTimesteps: 2 });
    await expect(layer.evolve(inSteps([2]), { numTimesteps: 2 })).rejects.toThrow(
      kind('RuntimeError', 'loop-limit'),
    );
    expect([layer.timestep, numbers(layer.state)]).toEqual([2, [0]]);
  });

  it('records its voltages when asked', async () => {
    const layer = new FFCLIAF({ weights: [[5]] });
    const { record } = await layer.evolveRecorded(inSteps([0, 1]), { numTimesteps: 3 });
    expect(numbers((record.state as TSContinuous).samples)).toEqual([0, 5, 2, 2]);
  });

  it('has a graph of weights and neurons', () => {
    const graph = new FFCLIAF({ weights: [[1, 2]], vThresh: [3, 4], bias: -1 }).asGraph();
    const [weights] = graph.inputNodes[0]!.sinkModules;
    const [neurons] = weights!.outputNodes[0]!.sinkModules;
    expect(neurons).toBeInstanceOf(ConstantLeakNeurons);
    const { vThresh, vSubtract, bias } = neurons as ConstantLeakNeurons;
    expect([vThresh, vSubtract, bias]).toMatchObject(
      [{ data: [3, 4] }, { data: [8, 8] }, { data: [-1, -1] }].map(({ data }) => ({
        data: Float64Array.from(data),
      })),
    );
  });
});

/** The rules of the specification, step by step. */
function byHand(
  steps: number,
  input: (step: number) => number[],
  layer: RecCLIAF,
  range: [number, number] | null,
) {
  const n = layer.size;
  const cast = (x: number) => (range ? Math.trunc(Math.min(Math.max(x, range[0]), range[1])) : x);
  const delay = Math.round(layer.delay / layer.dt);
  const period = Math.round(layer.tTauBias / layer.dt);
  const refractory = numbers(layer.refractory).map((seconds) => Math.round(seconds / layer.dt));
  const queue = Array.from({ length: delay }, () => new Array<number>(n).fill(0));
  const v = numbers(layer.vReset).map(cast);
  const waiting = new Array<number>(n).fill(0);
  const found: number[][] = [];
  for (let step = 0; step < steps; step++) {
    const arriving = queue.shift()!;
    const counts = new Array<number>(n).fill(0);
    for (let j = 0; j < n; j++) {
      let drive = 0;
      input(step).forEach((x, i) => {
        drive += x * layer.weightsIn.data[i * n + j]!;
      });
      arriving.forEach((x, i) => {
        drive += x * layer.weightsRec.data[i * n + j]!;
      });
      if ((step + 1) % period === 0) drive += layer.bias.data[j]!;
      v[j] = cast(v[j]! + (waiting[j]! > 0 ? 0 : drive));
      const again = layer.vSubtract !== null && refractory.every((x) => x === 0);
      while (v[j]! >= layer.vThresh.data[j]!) {
        counts[j]!++;
        v[j] = cast(layer.vSubtract ? v[j]! - layer.vSubtract.data[j]! : layer.vReset.data[j]!);
        if (!again) break;
      }
      waiting[j] = counts[j]! > 0 ? refractory[j]! : Math.max(waiting[j]! - 1, 0);
    }
    queue.push(counts);
    counts.forEach((count, j) => {
      for (let k = 0; k < count; k++) found.push([(step + 0.5) * layer.dt, j]);
    });
  }
  return { spikes: found, v, queue: queue.flat(), waiting };
}

describe('RecCLIAF', () => {
  const weightsIn = [
    [7, -3, 30],
    [4, 12, 5],
  ];
  const weightsRec = [
    [2, -6, 3],
    [9, 1, -4],
    [-2, 8, 0],
  ];
  const common = { weightsIn, weightsRec, dt: 1, vThresh: [9, 11, 10], bias: [1, 2, -1] };
  const active = (step: number) => [Number(step % 3 !== 1), Number(step % 2 === 0)];
  const steps = 60;
  const times: number[] = [];
  const channels: number[] = [];
  for (let step = 0; step < steps; step++) {
    active(step).forEach((x, channel) => {
      if (x > 0) {
        times.push(step + 0.5);
        channels.push(channel);
      }
    });
  }
  const input = new TSEvent({ times, channels, tStop: steps });

  it.each<[string, object, [number, number] | null]>([
    ['one step of delay', { vSubtract: 8 }, null],
    ['a longer delay, several spikes per step', { vSubtract: [3, 4, 5], delay: 4 }, null],
    ['refractory neurons', { vSubtract: 8, refractory: [0, 1, 3], delay: 2 }, null],
    ['a reset', { vSubtract: null, vReset: -2 }, null],
    ['a leak every third step', { vSubtract: 8, tTauBias: 3 }, null],
    [
      'voltages of 8 bits',
      {
        vSubtract: 8,
        stateType: 'int8',
        weightsIn: [
          [100, -90, 40],
          [50, -70, 3.5],
        ],
      },
      [-128, 127],
    ],
    ['voltages without sign', { vSubtract: 2.5, stateType: 'uint8', refractory: 1 }, [0, 255]],
  ])('follows the rules with %s', async (_, options, range) => {
    const layer = new RecCLIAF({ ...common, ...options });
    const expected = byHand(steps, active, layer, range);
    const parts = [25, 0, 1, 34];
    const found: number[][] = [];
    for (const numTimesteps of parts) found.push(...spikes(await layer.evolve(input, { numTimesteps })));
    expect(found.length).toBeGreaterThan(5);
    expect(found).toEqual(expected.spikes);
    expect(numbers(layer.state)).toEqual(expected.v.map((x) => x + 0));
    expect(numbers(layer.numRecSpikesQ)).toEqual(expected.queue);
    expect(numbers(layer.tsUntilRefrEnds)).toEqual(expected.waiting);
  });

  it('sends each step’s spikes once, also with a longer delay [CL-3]', async () => {
    const layer = new RecCLIAF({
      weightsIn: [[8, 0]],
      weightsRec: [
        [0, 3],
        [0, 0],
      ],
      dt: 1,
      delay: 3,
    });
    await layer.evolve(inSteps([0]), { numTimesteps: 10 });
    expect(numbers(layer.state)).toEqual([0, 3]);
  });

  it('gives back whole time steps, and takes what it gives', () => {
    const layer = new RecCLIAF({
      ...common,
      dt: 0.1,
      delay: 0.37,
      tTauBias: 0.51,
      refractory: [0, 0.19, 0.25],
    });
    expect([layer.delay, layer.tTauBias]).toEqual([3 * 0.1, 5 * 0.1]);
    expect(numbers(layer.refractory)).toEqual([0, 0.1, 0.2]);
    // 43 · 0.1 divided by 0.1 is less than 43.
    const long = new RecCLIAF({ ...common, dt: 0.1, delay: 43 * 0.1 });
    expect(long.numRecSpikesQ.shape).toEqual([43, 3]);
    expect(RecCLIAF.loadFromDict(long.toDict()).delay).toBe(long.delay);
  });

  it.each<[string, object, string]>([
    ['a delay below a time step', { delay: 0.5 }, 'ValueError'],
    ['a leak period below a time step', { tTauBias: 0.5 }, 'ValueError'],
    ['an unknown number type', { stateType: 'int12' as StateType }, 'ValueError'],
    ['integers that float32 cannot hold', { stateType: 'int32', dtype: 'float32' }, 'ValueError'],
    ['recurrent weights of another size', { weightsRec: [[1]] }, 'AssertionError'],
    ['thresholds of another length', { vThresh: [1, 2] }, 'AssertionError'],
    ['a vSubtract of 0', { vSubtract: 0 }, 'ValueError'],
  ])('refuses %s', (_, options, error) => {
    expect(() => new RecCLIAF({ ...common, ...options })).toThrow(kind(error));
  });

  it('refuses to move to float32 with integers that it cannot hold', async () => {
    const layer = new RecCLIAF({ ...common, stateType: 'int32' });
    await expect(layer.to(undefined as never, 'float32')).rejects.toThrow(kind('ValueError', 'dtype'));
  });

  it('a reset empties the queue and ends refractoriness; a new delay empties the queue', async () => {
    const layer = new RecCLIAF({ ...common, refractory: 4, delay: 2, vReset: 1 });
    await layer.evolve(input, { numTimesteps: 9 });
    expect(numbers(layer.tsUntilRefrEnds).some((x) => x > 0)).toBe(true);
    layer.resetAll();
    expect([
      numbers(layer.state),
      numbers(layer.numRecSpikesQ),
      numbers(layer.tsUntilRefrEnds),
      layer.t,
    ]).toEqual([[1, 1, 1], [0, 0, 0, 0, 0, 0], [0, 0, 0], 0]);
    layer.numRecSpikesQ = [1, 2, 3, 4, 5, 6];
    layer.delay = 3;
    expect(numbers(layer.numRecSpikesQ)).toEqual(new Array(9).fill(0));
  });

  it('comes back from its file and goes on the same way', async () => {
    const layer = new RecCLIAF({
      ...common,
      delay: 2,
      refractory: 1,
      tTauBias: 2,
      stateType: 'int16',
      name: 'rc',
    });
    const text = layerToJson(layer.toDict());
    const back = (await loadLayer(new Blob([text]), { classes: ownLayers })) as RecCLIAF;
    expect(back.toDict()).toEqual(layer.toDict());
    expect(Object.keys(JSON.parse(text))).not.toContain('weights');
    const [first, second] = [await layer.evolve(input), await back.evolve(input)];
    expect(spikes(second)).toEqual(spikes(first));
  });

  it('has a graph with a loop', () => {
    const graph = new RecCLIAF({
      ...common,
      delay: 3,
      refractory: 2,
      tTauBias: 5,
      stateType: 'int8',
    }).asGraph();
    const { recurrent } = findRecurrentModules(graph);
    const names = [...recurrent].map(({ className }) => className).sort();
    expect(names).toEqual(['ConstantLeakNeurons', 'LinearWeights']);
    const neurons = [...recurrent].find((module) => module instanceof ConstantLeakNeurons)!;
    expect(neurons).toMatchObject({ delay: 3, leakPeriod: 5, stateType: 'int8', dt: 1 });
    expect([graph.inputNodes.length, graph.outputNodes.length]).toEqual([2, 3]);
  });
});
