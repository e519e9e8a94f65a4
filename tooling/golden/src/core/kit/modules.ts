// The low-level modules of the test kit.
import {
  type EvolveResult,
  Module,
  type ModuleEvolveOptions,
  type ModuleShape,
  Parameter,
  State,
} from '@rp/module-core';
import { type ArrayInput, type NdArray, toNdArray, zeros } from '@rp/ndarray';
import { decodeValue } from '../decode.ts';
import { makeDescriptor } from '../descriptors.ts';
import type { Constructor, Scene } from '../scene.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Attributes and submodules as the case lists them; hands its input through. */
class Custom extends Module {
  constructor(args: Fields, scene: Scene) {
    super(
      args.shape as ModuleShape,
      args.spikingInput as boolean | undefined,
      args.spikingOutput as boolean | undefined,
    );
    for (const attribute of (args.attributes ?? []) as Fields[]) {
      const value =
        'kind' in attribute ? makeDescriptor(attribute, scene) : decodeValue(attribute.value, scene);
      Reflect.set(this, attribute.name as string, value);
    }
    for (const [name, description] of (args.submodules ?? []) as [string, unknown][]) {
      Reflect.set(this, name, decodeValue(description, scene));
    }
  }

  protected override evolveImpl(input: ArrayInput, options: ModuleEvolveOptions): EvolveResult<NdArray> {
    const output = toNdArray(input);
    return { output, state: this.state(), record: options.record === true ? { input: output } : {} };
  }
}

/** Registers before its base constructor has run. JavaScript forbids it to use `this`; so it goes round `super`. */
class NoSuper extends Module {
  static make(): NoSuper {
    const module: NoSuper = Object.create(NoSuper.prototype);
    module.registerAttribute('w', new Parameter({ data: 1 }));
    return module;
  }

  protected override evolveImpl(input: ArrayInput): EvolveResult<NdArray> {
    return { output: toNdArray(input), state: {}, record: {} };
  }
}

/** The running sum of its scaled input. Keeps the total of the last batch. */
class Accumulate extends Module {
  declare gain: number;
  declare total: NdArray;

  constructor({ size = 1, gain = 1 }: Fields) {
    super([size as number, size as number]);
    this.registerAttribute('gain', new Parameter({ data: gain, family: 'gain' }));
    this.registerAttribute('total', new State({ shape: size as number, initFunc: zeros, family: 'totals' }));
  }

  protected override evolveImpl(input: ArrayInput, options: ModuleEvolveOptions): EvolveResult<NdArray> {
    const { data } = this.autoBatch(input, []);
    const [batches = 0, steps = 0, size = 0] = data.shape;
    const output = { data: new Float64Array(data.data.length), shape: data.shape };
    const start = toNdArray(this.total).data;
    let total = start;
    for (let batch = 0; batch < batches; batch++) {
      total = start;
      for (let step = 0; step < steps; step++) {
        const first = (batch * steps + step) * size;
        total = total.map((sum, channel) => sum + this.gain * data.data[first + channel]!);
        output.data.set(total, first);
      }
    }
    this.total = { data: total.slice(), shape: [size] };
    return { output, state: this.state(), record: options.record === true ? { total: output } : {} };
  }
}

export const moduleConstructors: Record<string, Constructor> = {
  Custom: (args, scene) => new Custom(args, scene),
  NoSuper: () => NoSuper.make(),
  Accumulate: (args) => new Accumulate(args),
};
