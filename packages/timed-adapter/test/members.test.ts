// Walks docs/members.md: every member exists on an adapter, and does what the table says of it.
import { readFileSync } from 'node:fs';
import { setMessageHandlers } from '@rp/errors';
import { GraphHolder } from '@rp/graph';
import { type EvolveResult, Parameter } from '@rp/module-core';
import { toNdArray } from '@rp/ndarray';
import { type TimeSeries, TSContinuous, TSEvent } from '@rp/timeseries';
import { afterEach, describe, expect, it } from 'vitest';
import { LayerToTimedModule } from '../src/index.ts';
import { input, SumLayer } from './kit.ts';

interface Row {
  python: string;
  typescript: string;
  level: string;
}

const table = readFileSync(new URL('../../../docs/members.md', import.meta.url), 'utf8');
const rows: Row[] = table
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')))
  .map(([, python = '', typescript = '', level = '']) => ({ python, typescript, level }));

const make = () => {
  const layer = new SumLayer();
  const module = new LayerToTimedModule(layer, { parameters: ['gain'], states: ['v'] });
  return { layer, module };
};
type Made = ReturnType<typeof make>;

/** Calls a protected member, as a subclass would. */
const call = ({ module }: Made, name: string, ...args: unknown[]) =>
  Reflect.apply(Reflect.get(module, name) as (...args: unknown[]) => unknown, module, args);

const prepared = {
  timeBase: Float64Array.of(0, 0.5),
  input: toNdArray([
    [0, 1],
    [1, 1],
  ]),
  numTimesteps: 2,
};
const isRun = (result: EvolveResult<TimeSeries>) => expect(result.output.times).toHaveLength(3);

/** What each member does, by its TypeScript name. */
const checks: Record<string, (made: Made) => unknown> = {
  constructor: ({ module }: Made) => expect(module).toBeInstanceOf(LayerToTimedModule),
  call: async ({ module }) => isRun(await module.call(input())),
  className: ({ module }) => expect(module.className).toBe('LayerToTimedModule'),
  fullName: ({ module }) => expect(module.fullName).toBe("LayerToTimedModule 'sum'"),
  name: ({ module }) => expect(module.name).toBe("'sum'"),
  inputType: ({ module }) => expect(module.inputType).toBe(TSContinuous),
  outputType: ({ module }) => expect(module.outputType).toBe(TSContinuous),
  shape: ({ module }) => expect(module.shape).toEqual([2, 2]),
  size: ({ module }) => {
    const warnings: string[] = [];
    setMessageHandlers({ warn: (message) => warnings.push(message) });
    expect([module.size, warnings.length]).toEqual([2, 1]);
  },
  sizeIn: ({ module }) => expect(module.sizeIn).toBe(2),
  sizeOut: ({ module }) => expect(module.sizeOut).toBe(2),
  spikingInput: ({ module }) => expect(module.spikingInput).toBe(false),
  spikingOutput: ({ module }) => expect(module.spikingOutput).toBe(false),
  t: ({ module }) => expect(Object.assign(module, { t: 2 }).t).toBe(2),
  dt: ({ module, layer }) => {
    module.dt = 0.25;
    expect(layer.dt).toBe(0.25);
  },
  evolve: async ({ module }) => isRun(await module.evolve(input(), { duration: 1.5, record: true })),
  asGraph: ({ module }) => expect(module.asGraph()).toBeInstanceOf(GraphHolder),
  attributesNamed: ({ module }) =>
    expect(module.attributesNamed(['gain', 'dt'])).toEqual({ gain: 1, dt: 0.5 }),
  modules: ({ module }) => expect(module.modules()).toEqual({}),
  parameters: ({ module }) => expect(module.parameters()).toEqual({ gain: 1 }),
  state: ({ module }) => expect(module.state()).toEqual({ v: toNdArray([0, 0]) }),
  simulationParameters: ({ module }) => expect(module.simulationParameters('dt')).toEqual({ dt: 0.5 }),
  setAttributes: ({ module, layer }) => {
    expect(module.setAttributes({ gain: 6 })).toBe(module);
    expect(layer.gain).toBe(6);
  },
  resetAll: ({ module, layer }) => {
    layer.v = [1, 2];
    layer.t = 3;
    module.resetAll();
    expect([layer.v, layer.t]).toEqual([toNdArray([0, 0]), 0]);
  },
  resetParameters: ({ module, layer }) => {
    layer.gain = 8;
    expect(module.resetParameters().gain).toBe(1);
  },
  resetState: ({ module, layer }) => {
    layer.v = [1, 2];
    expect(module.resetState().v).toEqual(toNdArray([0, 0]));
  },
  resetTime: ({ module, layer }) => {
    layer.t = 3;
    module.resetTime();
    expect(layer.t).toBe(0);
  },
  determineTimesteps: (made) => expect(call(made, 'determineTimesteps', null, { duration: 2 })).toBe(4),
  prepareInput: (made) => expect(call(made, 'prepareInput', input(), { numTimesteps: 2 })).toEqual(prepared),
  prepareInputContinuous: (made) =>
    expect(call(made, 'prepareInputContinuous', input(), { duration: 1 })).toEqual(prepared),
  prepareInputEvents: (made) => {
    const events = new TSEvent({ times: [0.6, 0.7], channels: [1, 1], numChannels: 2, tStop: 1 });
    const binned = toNdArray([
      [0, 0],
      [0, 2],
    ]);
    expect(call(made, 'prepareInputEvents', events, { addEvents: true })).toMatchObject({ input: binned });
  },
  genTimeTrace: (made) => expect(call(made, 'genTimeTrace', 1, 3)).toEqual(Float64Array.of(1, 1.5, 2)),
  genTimeseries: (made) =>
    expect(call(made, 'genTimeseries', [[1, 2]], { name: 'x' })).toMatchObject({ name: 'x' }),
  genTscontinuous: (made) => expect(call(made, 'genTscontinuous', [[1, 2]])).toBeInstanceOf(TSContinuous),
  genTsevent: (made) =>
    expect(call(made, 'genTsevent', [[1, 2]])).toMatchObject({ length: 3, numChannels: 2 }),
  setDt: (made) => {
    call(made, 'setDt', 100);
    expect(made.module.dt).toBe(0.5);
  },
  getAttributeFamily: (made) =>
    expect(call(made, 'getAttributeFamily', 'State')).toEqual(made.module.state()),
  getAttributeRegistry: (made) => {
    const { attributes } = call(made, 'getAttributeRegistry') as { attributes: Map<string, unknown> };
    expect([...attributes.keys()]).toEqual(['dt', 'gain', 'v']);
  },
  hasRegisteredAttribute: (made) => {
    expect([
      call(made, 'hasRegisteredAttribute', 'gain'),
      call(made, 'hasRegisteredAttribute', 'label'),
    ]).toEqual([true, false]);
  },
  registerAttribute: (made) => {
    call(made, 'registerAttribute', 'extra', new Parameter({ data: 5 }));
    expect(made.module.parameters()).toEqual({ gain: 1, extra: 5 });
  },
  registerModule: (made) => {
    const inner = make().module;
    call(made, 'registerModule', 'inner', inner);
    expect([made.module.modules(), inner.name]).toEqual([{ inner }, "'inner'"]);
  },
  resetAttribute: (made) => {
    made.layer.gain = 9;
    expect(call(made, 'resetAttribute', 'gain')).toBe(made.module);
    expect(made.layer.gain).toBe(1);
  },
  wrapRecordedState: (made) => {
    const record = { x: 1 };
    expect(call(made, 'wrapRecordedState', record, 0)).toBe(record);
  },
  _module: ({ module, layer }) => expect(Reflect.get(module, '_module')).toBe(layer),
  forceSetAttributes: ({ module, layer }) => {
    expect(Reflect.get(module, 'forceSetAttributes')).toBe(false);
    Reflect.set(module, 'forceSetAttributes', true);
    module.setAttributes({ v: [1, 2, 3] });
    expect(layer.v.shape).toEqual([3]);
  },
  isChild: ({ module }) => expect(module.isChild).toBe(false),
  parentDtFactor: ({ module }) => expect(module.parentDtFactor).toBe(1),
  rawName: ({ module }) => expect(module.rawName).toBe('sum'),
  submoduleNames: ({ module }) => expect(module.submoduleNames).toEqual([]),
  timestep: async ({ module }) => {
    await module.evolve(input());
    expect(module.timestep).toBe(3);
  },
};

afterEach(() => setMessageHandlers());

describe('the table of members', () => {
  it("holds the 57 members of the reference's page and the call operator", () => {
    expect(new Set(rows.map(({ python }) => python)).size).toBe(rows.length);
    expect(rows.length).toBe(57);
    expect(Object.keys(checks).sort()).toEqual(
      [...new Set(rows.map(({ typescript }) => typescript))].filter((name) => name !== '—').sort(),
    );
  });

  const ported = rows.filter(({ typescript }) => typescript !== '—');
  it.each(ported)('$python is $typescript ($level), and works', async ({ typescript, level }) => {
    expect(['public', 'protected', 'internal']).toContain(level);
    const made = make();
    expect(typescript in made.module).toBe(true);
    await checks[typescript]!(made);
  });
});
