// Graph modules for signals that the field's graphs have no kind for: functions of a value, banks of filters.
import type { ArrayInput, NdArray } from '@rp/ndarray';
import { GraphModule, type GraphModuleOptions } from './graph-module.ts';
import { ownArray } from './values.ts';

export interface InstantFunctionOptions extends GraphModuleOptions {
  /** The name of the function. Default `identity`. */
  readonly function?: string | undefined;
}

/** Every output is a function of the input of the same number, without state or time. The function goes by its name. */
export class InstantFunction extends GraphModule {
  static override readonly className: string = 'InstantFunction';
  static override readonly attributes: readonly string[] = ['function'];

  /** The name of the function; what it computes is up to those who know the name. */
  function: string;

  constructor(options: InstantFunctionOptions = {}) {
    super(options);
    this.function = options.function ?? 'identity';
  }
}

export interface FilterBankOptions extends GraphModuleOptions {
  /** `[outputs][sections][6]`: b0, b1, b2, 1, a1, a2 of each second-order section of each band. */
  readonly sections: ArrayInput;
  /** `[sections][6]` of the low-pass behind the rectified bands; absent or null: none, and nothing is rectified. */
  readonly lowPass?: ArrayInput | null | undefined;
  /** Samples per second. */
  readonly fs: number;
}

/** One input, and one output per band: cascades of second-order sections, optionally rectified and smoothed. */
export class FilterBank extends GraphModule {
  static override readonly className: string = 'FilterBank';
  static override readonly attributes: readonly string[] = ['sections', 'lowPass', 'fs'];

  /** `[outputs][sections][6]`: b0, b1, b2, 1, a1, a2. */
  sections: NdArray<Float64Array>;
  /** `[sections][6]` behind the absolute value of each band, or null. */
  lowPass: NdArray<Float64Array> | null;
  /** Samples per second. */
  fs: number;

  constructor(options: FilterBankOptions) {
    super(options);
    this.sections = ownArray(options.sections);
    this.lowPass = options.lowPass == null ? null : ownArray(options.lowPass);
    this.fs = options.fs;
  }
}
