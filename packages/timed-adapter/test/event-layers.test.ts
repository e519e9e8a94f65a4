// The clocked and event-driven spiking layers as timed modules. What the reference gets wrong has its number of the
// specification in brackets.
import { setMessageHandlers } from '@rp/errors';
import { TimedFFCLIAF, TimedRecCLIAF, TimedRecDIAF, TimedRecFSSpikeEulerBT } from '@rp/timed-adapter';
import { TSContinuous, TSEvent } from '@rp/timeseries';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let restore = () => {};
beforeEach(() => {
  restore = setMessageHandlers({ warn: () => {} });
});
afterEach(() => restore());

const dt = 1e-4;
const weights = [
  [30, 20],
  [-10, 40],
];
const recurrent = [
  [0, -3],
  [5, 0],
];
const spikes = new TSEvent({
  times: Array.from({ length: 80 }, (_, k) => (k + 0.3) * 1.2e-4),
  channels: Array.from({ length: 80 }, (_, k) => k % 2),
  tStop: 0.01,
});
const signal = TSContinuous.fromClocked(
  Array.from({ length: 100 }, (_, k) => [0.05 * Math.sin(k) ** 2, 0.04]),
  { dt },
);

const modules = {
  FFCLIAF: () => new TimedFFCLIAF({ weights, dt, vThresh: 50, vSubtract: 20 }),
  RecCLIAF: () =>
    new TimedRecCLIAF({
      weightsIn: weights,
      weightsRec: recurrent,
      dt,
      vThresh: 50,
      delay: 3 * dt,
      refractory: [0, 2 * dt],
    }),
  RecDIAF: () => new TimedRecDIAF({ weightsIn: weights, weightsRec: recurrent, dt }),
  RecFSSpikeEulerBT: () =>
    new TimedRecFSSpikeEulerBT({
      weightsFast: recurrent.map((row) => row.map((x) => x / 100)),
      weightsSlow: [
        [0, 0],
        [0, 0],
      ],
      dt,
    }),
};

describe.each(Object.entries(modules))('a timed %s', (name, make) => {
  const input = name === 'RecFSSpikeEulerBT' ? signal : spikes;

  it('tells its state after an evolution, as plain values [W-2]', async () => {
    const module = make();
    const { output, state, record } = await module.evolve(input, { numTimesteps: 60 });
    expect(output.times.length).toBeGreaterThan(0);
    expect(record).toEqual({});
    expect(state).toEqual(module.state());
    expect(Object.keys(state).length).toBeGreaterThan(0);
    expect(module.t).toBeCloseTo(60 * dt, 15);
  });

  it('records what happened inside when asked', async () => {
    const { record } = await make().evolve(input, { numTimesteps: 60, record: true });
    const series = Object.values(record);
    expect(series.length).toBeGreaterThan(0);
    expect(series.every((one) => one instanceof TSContinuous)).toBe(true);
  });

  it('takes back everything that it tells, and then does the same [W-1, W-3]', async () => {
    const [module, other] = [make(), make()];
    for (const one of [module, other]) await one.evolve(input, { numTimesteps: 20 });
    const trees = [module.parameters(), module.simulationParameters(), module.state()].map((tree) =>
      structuredClone(tree),
    );
    for (const tree of trees) other.setAttributes(tree);
    const first = await module.evolve(input, { numTimesteps: 30 });
    const second = await other.evolve(input, { numTimesteps: 30 });
    expect(Array.from(second.output.times)).toEqual(Array.from(first.output.times));
    expect(second.state).toEqual(first.state);
  });

  it('can be reset, and then starts again [W-1, W-2]', async () => {
    const module = make();
    const first = await module.evolve(input, { numTimesteps: 50 });
    module.resetAll();
    expect(module.t).toBe(0);
    const second = await module.evolve(input, { numTimesteps: 50 });
    expect(Array.from(second.output.times)).toEqual(Array.from(first.output.times));
    expect(second.state).toEqual(first.state);
  });
});
