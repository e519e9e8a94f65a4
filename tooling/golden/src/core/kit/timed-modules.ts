// The timed modules of the test kit.
import {
  type EvolveResult,
  Parameter,
  State,
  TimedModule,
  type TimedModuleOptions,
  type TimedRun,
} from '@rp/module-core';
import { type NdArray, toNdArray, zeros } from '@rp/ndarray';
import type { TimeSeries } from '@rp/timeseries';
import { decodeValue } from '../decode.ts';
import type { Constructor, Scene } from '../scene.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What the case says of the base class's options. */
function baseOptions(args: Fields, shape: readonly number[]): TimedModuleOptions {
  const { dt = 1e-3, spikingInput, spikingOutput, addEvents } = args as Partial<TimedModuleOptions>;
  return { dt, shape, spikingInput, spikingOutput, addEvents };
}

export class AddConstant extends TimedModule {
  declare constant: number;
  declare steps: number;

  constructor(args: Fields) {
    const size = (args.size ?? 1) as number;
    super(baseOptions(args, [size, size]));
    this.registerAttribute('constant', new Parameter({ data: args.constant ?? 1, family: 'biases' }));
    this.registerAttribute('steps', new State({ data: 0 }));
  }

  protected override evolveImpl(input: TimeSeries | null, run: TimedRun): EvolveResult<TimeSeries> {
    const prepared = this.prepareInput(input, run);
    const rows = { data: prepared.input.data.map((x) => x + this.constant), shape: prepared.input.shape };
    this.steps += prepared.numTimesteps;
    const record = run.record ? { input: prepared.input, timeBase: prepared.timeBase } : {};
    return { output: this.genTimeseries(rows, run.timeSeries), state: this.state(), record };
  }
}

/** Hands its input through, and shows the further arguments that it got. */
class Probe extends TimedModule {
  constructor(args: Fields) {
    super(baseOptions(args, (args.shape ?? [1, 1]) as number[]));
  }

  protected override evolveImpl(input: TimeSeries | null, run: TimedRun): EvolveResult<TimeSeries> {
    const output = this.genTimeseries(this.prepareInput(input, run).input, run.timeSeries);
    return { output, state: { args: [...run.args], kwargs: { ...run.extra } }, record: {} };
  }
}

/** How many events have come so far, per channel. */
class SpikeCount extends TimedModule {
  declare count: NdArray;

  constructor(args: Fields) {
    const size = (args.size ?? 1) as number;
    super(baseOptions({ ...args, spikingInput: true, spikingOutput: false }, [size, size]));
    this.registerAttribute('count', new State({ shape: size, initFunc: zeros, family: 'counts' }));
  }

  protected override evolveImpl(input: TimeSeries | null, run: TimedRun): EvolveResult<TimeSeries> {
    const { input: raster, numTimesteps } = this.prepareInput(input, run);
    const output = { data: raster.data.slice(), shape: raster.shape };
    let count = toNdArray(this.count).data.slice();
    for (let step = 0; step < numTimesteps; step++) {
      const first = step * this.sizeIn;
      count = count.map((sum, channel) => sum + raster.data[first + channel]!);
      output.data.set(count, first);
    }
    this.count = { data: count, shape: [count.length] };
    return { output: this.genTimeseries(output, run.timeSeries), state: this.state(), record: {} };
  }
}

/** What a parent hands on to a child: the same span, in its own steps. */
function handOn(run: TimedRun): Record<string, unknown> {
  const { duration, numTimesteps, record, signal, onProgress } = run;
  return { duration, numTimesteps, record, signal, onProgress };
}

/** Runs its children one after another; takes what the first one takes, gives what the last one gives. */
class Chain extends TimedModule {
  private readonly names: string[] = [];

  constructor(args: Fields, scene: Scene) {
    const size = (args.size ?? 1) as number;
    super(baseOptions(args, [size, size]));
    for (const [name, description] of (args.children ?? []) as [string, Fields][]) {
      this.registerModule(name, decodeValue(description, scene) as TimedModule);
      this.names.push(name);
    }
  }

  override get spikingInput(): boolean {
    return Object.values(this.modules()).at(0)?.spikingInput ?? false;
  }

  override get spikingOutput(): boolean {
    return Object.values(this.modules()).at(-1)?.spikingOutput ?? false;
  }

  protected override async evolveImpl(
    input: TimeSeries | null,
    run: TimedRun,
  ): Promise<EvolveResult<TimeSeries>> {
    let series = input;
    const state: Record<string, unknown> = {};
    const record: Record<string, unknown> = {};
    for (const name of this.names) {
      const child = this.getAttribute(name) as TimedModule;
      const timeSeries = { name: `output of ${name}` };
      const result = await child.evolve(series, { ...handOn(run), timeSeries });
      series = result.output;
      state[name] = result.state;
      record[name] = result.record;
    }
    if (series === null) throw new Error('a chain without children and without input has no output');
    return { output: series, state, record };
  }
}

/** A parent around a module that was built before. */
class Holder extends TimedModule {
  declare child: TimedModule;

  constructor({ dt, child }: Fields, scene: Scene) {
    const module = decodeValue(child, scene) as TimedModule;
    const { shape, spikingInput, spikingOutput } = module;
    super({ dt: dt as number, shape, spikingInput, spikingOutput });
    this.registerModule('child', module);
  }

  protected override async evolveImpl(
    input: TimeSeries | null,
    run: TimedRun,
  ): Promise<EvolveResult<TimeSeries>> {
    const { timeSeries, args, extra } = run;
    const result = await this.child.evolve(input, { ...extra, ...handOn(run), timeSeries, args });
    return { output: result.output, state: { child: result.state }, record: { child: result.record } };
  }
}

export const timedModuleConstructors: Record<string, Constructor> = {
  AddConstant: (args) => new AddConstant(args),
  Probe: (args) => new Probe(args),
  SpikeCount: (args) => new SpikeCount(args),
  Chain: (args, scene) => new Chain(args, scene),
  Holder: (args, scene) => new Holder(args, scene),
};
