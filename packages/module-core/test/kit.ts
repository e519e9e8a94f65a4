// Small timed modules for the tests of this package.
import { type TimeSeries, TSContinuous } from '@rp/timeseries';
import {
  type EvolveResult,
  parameter,
  state,
  TimedModule,
  type TimedModuleOptions,
  type TimedRun,
} from '../src/index.ts';

/** Adds a constant to its input and counts its steps. */
export class AddConstant extends TimedModule {
  constant = parameter({ data: 1, family: 'biases' });
  steps = state({ data: 0 });
  /** Thrown after the state has changed. */
  failure: Error | null = null;

  constructor(options: Partial<TimedModuleOptions> = {}) {
    super({ dt: 0.1, shape: [1, 1], ...options });
  }

  protected override evolveImpl(
    input: TimeSeries | null,
    run: TimedRun,
  ): EvolveResult<TimeSeries> | Promise<EvolveResult<TimeSeries>> {
    return this.evolveImplSync(input, run);
  }

  protected override evolveImplSync(input: TimeSeries | null, run: TimedRun): EvolveResult<TimeSeries> {
    const prepared = this.prepareInput(input, run);
    this.steps += prepared.numTimesteps;
    if (this.failure !== null) throw this.failure;
    const rows = { data: prepared.input.data.map((x) => x + this.constant), shape: prepared.input.shape };
    return { output: this.genTimeseries(rows, run.timeSeries), state: this.state(), record: {} };
  }

  /** Protected helpers, for tests. */
  count(numTimesteps: number): number {
    return this.determineTimesteps(null, { numTimesteps });
  }

  findStep(maxFactor?: number): void {
    this.setDt(maxFactor);
  }
}

/** Runs two modules one after another. */
export class Net extends AddConstant {
  first: TimedModule;
  second: TimedModule;

  constructor(dt: number, makeFirst: () => TimedModule, makeSecond: () => TimedModule) {
    super({ dt });
    this.first = makeFirst();
    this.second = makeSecond();
  }

  protected override async evolveImpl(input: TimeSeries | null, run: TimedRun) {
    const { numTimesteps } = run;
    const { output } = await this.first.evolve(input, { numTimesteps });
    return this.second.evolve(output, { numTimesteps });
  }
}

export const ramp = (steps: number, dt: number) =>
  TSContinuous.fromClocked(
    Array.from({ length: steps }, (_, step) => step),
    { dt },
  );
