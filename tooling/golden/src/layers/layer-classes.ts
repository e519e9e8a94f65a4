// Makes layers by the class names of the cases, with the backend and the number type of the run.
import { Layer, type LayerClass, type LayerOptions, ownLayers, type SeriesClass } from '@rp/layers-v1';
import { type TimeSeries, TSContinuous, TSEvent } from '@rp/timeseries';
import { dtypeOption } from '../backends.ts';
import type { Fields } from '../core/values.ts';
import type { RunOptions } from '../golden-case.ts';
import { Waiting } from '../waiting.ts';
import { decodeOptions } from './decode.ts';

interface ProbeOptions extends LayerOptions {
  readonly inputType?: 'event' | undefined;
  readonly addEvents?: boolean | undefined;
}

/** The smallest layer, for the cases of the base class; they call it `Probe`, but `LayerBase` in its text form. */
class Probe extends Layer {
  static override readonly className: string = 'Probe';
  private readonly options: ProbeOptions;

  constructor(options: ProbeOptions) {
    super(options);
    this.options = options;
  }

  override get inputType(): SeriesClass {
    return this.options.inputType === 'event' ? TSEvent : TSContinuous;
  }

  protected override get countsEvents(): boolean {
    return this.options.addEvents ?? false;
  }

  override async evolve(tsInput?: TimeSeries | null): Promise<TSContinuous> {
    const { timeBase, input } = this.prepareInput(tsInput);
    this.timestep += timeBase.length;
    return new TSContinuous({ times: timeBase, samples: input });
  }

  override toString(): string {
    return super.toString().replace(this.className, 'LayerBase');
  }
}

/** The class of a case. */
export function layerClass(name: string): LayerClass {
  const found = name === 'LayerBase' ? Probe : ownLayers.find(({ className }) => className === name);
  if (found === undefined) throw new Waiting(`the layer ${name}`);
  return found;
}

/** Makes a layer from the constructor arguments of a case. */
export function makeLayer(name: string, config: Fields, run: RunOptions): Layer {
  const target = layerClass(name);
  return new target({ ...decodeOptions(config), ...dtypeOption(run) } as never);
}
