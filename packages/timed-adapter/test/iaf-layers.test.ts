// The integrate-and-fire layers and FFExpSynBrian as timed modules. What the reference gets wrong has its number of the
// specification in brackets.
import { setMessageHandlers } from '@rp/errors';
import {
  TimedFFExpSynBrian,
  TimedFFIAFBrian,
  TimedFFIAFSpkInBrian,
  TimedRecIAFBrian,
  TimedRecIAFSpkInBrian,
} from '@rp/timed-adapter';
import { TSContinuous, TSEvent } from '@rp/timeseries';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let restore = () => {};
beforeEach(() => {
  restore = setMessageHandlers({ warn: () => {} });
});
afterEach(() => restore());

const dt = 1e-3;
const weights = [
  [0.02, 0.01],
  [0.01, 0.03],
];
const signal = TSContinuous.fromClocked(
  Array.from({ length: 50 }, (_, k) => [Math.sin(k) ** 2, 0.5]),
  { dt },
);
const spikes = new TSEvent({
  times: Array.from({ length: 40 }, (_, k) => k * 1.2e-3),
  channels: Array.from({ length: 40 }, (_, k) => k % 2),
  tStop: 0.05,
});

const modules = {
  FFExpSynBrian: () => new TimedFFExpSynBrian({ weights, dt }),
  FFIAFBrian: () => new TimedFFIAFBrian({ weights, dt }),
  FFIAFSpkInBrian: () => new TimedFFIAFSpkInBrian({ weights, dt }),
  RecIAFBrian: () => new TimedRecIAFBrian({ weights, dt }),
  RecIAFSpkInBrian: () => new TimedRecIAFSpkInBrian({ weightsIn: weights, weightsRec: weights, dt }),
};

describe.each(Object.entries(modules))('a timed %s', (name, make) => {
  const input = ['FFIAFBrian', 'RecIAFBrian'].includes(name) ? signal : spikes;

  it('tells its state after an evolution and records it, but only when asked [W-2, W-6]', async () => {
    const module = make();
    const { state, record } = await module.evolve(input, { numTimesteps: 50 });
    expect(record).toEqual({});
    expect(Object.keys(state).length).toBeGreaterThan(0);
    expect(state).toEqual(module.state());
    const again = await make().evolve(input, { numTimesteps: 50, record: true });
    expect(Object.values(again.record).every((series) => series instanceof TSContinuous)).toBe(true);
    expect(Object.keys(again.record).length).toBe(Object.keys(state).length);
  });

  it('takes back everything that it tells, and then does the same again [W-1, W-3]', async () => {
    const module = make();
    await module.evolve(input, { numTimesteps: 20 });
    const [parameters, simulation, state] = [
      module.parameters(),
      module.simulationParameters(),
      module.state(),
    ].map((tree) => structuredClone(tree));
    const first = await module.evolve(input, { numTimesteps: 20 });
    const other = make();
    await other.evolve(input, { numTimesteps: 20 });
    other.resetState();
    other.setAttributes({ ...parameters, ...simulation, ...state });
    const second = await other.evolve(input, { numTimesteps: 20 });
    expect(Array.from(second.output.times)).toEqual(Array.from(first.output.times));
    expect(second.state).toEqual(first.state);
  });

  it('can be reset and used again [W-2, W-3]', async () => {
    const module = make();
    const first = await module.evolve(input, { numTimesteps: 30 });
    module.resetAll();
    expect(module.t).toBe(0);
    const second = await module.evolve(input, { numTimesteps: 30 });
    expect(second.output).toEqual(first.output);
  });
});

it('a timed RecIAFSpkInBrian has its input weights among the parameters [W-6]', () => {
  const parameters = modules.RecIAFSpkInBrian().parameters();
  expect(Object.keys(parameters)).toEqual(expect.arrayContaining(['weightsIn', 'weights']));
});
