// The neurons of the workload lif-ff as a layer, events in and out.
import type { EventList, StepProgram } from '@rp/dynamics';
import {
  type LayerBindings,
  type LayerEvolveOptions,
  type PreparedRun,
  ProgramLayer,
  type ProgramLayerOptions,
} from '@rp/layers-v1';
import { type NdArray, zeros } from '@rp/ndarray';
import { type TimeSeries, TSEvent } from '@rp/timeseries';

type Vector = NdArray<Float64Array>;

export class LifLayer extends ProgramLayer {
  private readonly dynamics: StepProgram;
  private readonly numbers: Readonly<Record<string, NdArray>>;
  private neurons: Readonly<Record<string, Vector>> = {};

  /** `numbers`: the parameters of the program, by name. */
  constructor(
    options: ProgramLayerOptions,
    dynamics: StepProgram,
    numbers: Readonly<Record<string, NdArray>>,
  ) {
    super(options);
    this.dynamics = dynamics;
    this.numbers = numbers;
    this.resetState();
  }

  override get inputType() {
    return TSEvent;
  }

  override get outputType() {
    return TSEvent;
  }

  override resetState(): void {
    const names = Object.keys(this.dynamics?.state ?? {});
    this.neurons = Object.fromEntries(names.map((name) => [name, zeros([this.size])]));
  }

  /** The potentials after the last evolution. */
  get potential(): Vector {
    return this.neurons.potential!;
  }

  protected override program(): StepProgram {
    return this.dynamics;
  }

  protected override bindings(): LayerBindings {
    return { dims: { n: this.size }, params: this.numbers, state: this.neurons };
  }

  protected override programInputs(
    tsInput: TimeSeries | null | undefined,
    options: LayerEvolveOptions,
  ): PreparedRun {
    const { inputs, numTimesteps } = this.eventInputs(tsInput, options);
    return { inputs: { input: inputs.events as EventList }, numTimesteps };
  }

  protected override keepState(state: Readonly<Record<string, Vector>>): void {
    this.neurons = state;
  }
}
