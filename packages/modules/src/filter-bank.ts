// What the filter modules share: one input, a cascade of second-order sections per band, and a low-pass behind it.
import { defineDynamics, type Expr, type Ops, oncePer, type StepProgram } from '@rp/dynamics';
import { FilterBank, type GraphModuleBase } from '@rp/graph';
import { SimulationParameter } from '@rp/module-core';
import { type ArrayInput, type NdArray, toNdArray, zeros } from '@rp/ndarray';
import { butterBandPass, butterLowPass } from './butterworth.ts';
import { fail } from './fail.ts';
import { graphName } from './graph-name.ts';
import { numbered } from './numbers.ts';
import { type InputRows, ProgramModule, type ProgramOptions } from './program-module.ts';
import type { StepModel } from './step-model.ts';

export interface FilterOptions extends ProgramOptions {
  /** Samples per second. Default 44100. */
  readonly fs?: number | undefined;
  /** Of each filter. Default 2. */
  readonly order?: number | undefined;
  /** Whether the mean of the whole output is subtracted. Default: false. */
  readonly meanSubtraction?: boolean | undefined;
  /** Whether the whole output is divided by its largest magnitude. Default: false. */
  readonly normalize?: boolean | undefined;
  /** Kept for the reference's sake; has no effect. */
  readonly numWorkers?: number | undefined;
  /** Whether the bands are rectified and smoothed. Default: true. */
  readonly useLowpass?: boolean | undefined;
}

export interface Band {
  /** Hz. */
  readonly low: number;
  /** Hz. */
  readonly high: number;
}

const programs = oncePer((key: string): StepProgram => {
  const [bandSections, lowPassSections] = JSON.parse(key) as [number, number];
  return defineDynamics('filter-bank', {
    dims: ['one', 'n'],
    params: {
      copies: ['one', 'n'],
      ...Object.fromEntries(coefficientNames('band', bandSections).map((name) => [name, ['n']])),
      ...Object.fromEntries(coefficientNames('low', lowPassSections).map((name) => [name, []])),
    } as Readonly<Record<string, readonly string[]>>,
    state: Object.fromEntries(
      [...stateNames('band', bandSections), ...stateNames('low', lowPassSections)].map((name) => [
        name,
        ['n'],
      ]),
    ) as Readonly<Record<string, readonly string[]>>,
    inputs: { input: ['one'] },
    step: ({ params, state, inputs, op }) => {
      const of = { ...params, ...state } as Readonly<Record<string, Expr>>;
      const next: Record<string, Expr> = {};
      const copied = op.matvec(inputs.input, of.copies!);
      const band = cascade('band', bandSections, copied, of, next, op);
      const output =
        lowPassSections === 0 ? band : cascade('low', lowPassSections, op.abs(band), of, next, op);
      return { state: next, outputs: { output } };
    },
  });
});

/** Direct form II, transposed. */
function cascade(
  stem: string,
  count: number,
  input: Expr,
  of: Readonly<Record<string, Expr>>,
  next: Record<string, Expr>,
  op: Ops,
): Expr {
  return numbered(stem, count).reduce((x, section) => {
    const named = (name: string) => of[`${section}_${name}`]!;
    const y = op.add(op.mul(named('b0'), x), named('z1'));
    next[`${section}_z1`] = op.add(op.sub(op.mul(named('b1'), x), op.mul(named('a1'), y)), named('z2'));
    next[`${section}_z2`] = op.sub(op.mul(named('b2'), x), op.mul(named('a2'), y));
    return y;
  }, input);
}

const COEFFICIENTS = [
  ['b0', 0],
  ['b1', 1],
  ['b2', 2],
  ['a1', 4],
  ['a2', 5],
] as const;

function coefficientNames(stem: string, count: number): string[] {
  return numbered(stem, count).flatMap((section) => COEFFICIENTS.map(([name]) => `${section}_${name}`));
}

function stateNames(stem: string, count: number): string[] {
  return numbered(stem, count).flatMap((section) => [`${section}_z1`, `${section}_z2`]);
}

export interface SectionBankOptions extends FilterOptions {
  /** `[bands][sections][6]`: b0, b1, b2, 1, a1, a2. */
  readonly sections: ArrayInput;
  /** `[sections][6]` behind the absolute value of each band; null: none, and nothing is rectified. */
  readonly lowPass?: ArrayInput | null | undefined;
}

/**
 * One signal in, one channel per band out: cascades of second-order sections, optionally rectified and smoothed.
 * {@link ButterFilter} and {@link ButterMelFilter} design the sections. No state is kept between evolutions.
 */
export class SectionBank extends ProgramModule {
  static readonly className: string = 'SectionBank';
  /** Samples per second. */
  readonly fs: number;
  readonly meanSubtraction: boolean;
  readonly normalize: boolean;
  /** `[bands][sections][6]`: b0, b1, b2, 1, a1, a2. */
  readonly sections: NdArray<Float64Array>;
  /** `[sections][6]`, or null without low-pass. */
  readonly lowPass: NdArray<Float64Array> | null;
  declare dt: number;

  /** @throws ValueError for arrays of other shapes. */
  constructor(options: SectionBankOptions) {
    const { fs = 44100 } = options;
    const sections = sectionArray(options.sections, 3);
    const lowPass = options.lowPass == null ? null : sectionArray(options.lowPass, 2);
    super([1, sections.shape[0]!], options);
    this.fs = fs;
    this.meanSubtraction = options.meanSubtraction ?? false;
    this.normalize = options.normalize ?? false;
    this.sections = sections;
    this.lowPass = lowPass;
    this.registerAttribute('dt', new SimulationParameter({ data: 1 / fs }));
  }

  override get keepsRank(): boolean {
    return true;
  }

  /** The filters on fresh nodes. */
  override asGraph(): GraphModuleBase {
    return FilterBank.factory(1, this.sizeOut, {
      name: graphName(this),
      computationalModule: this,
      sections: this.sections,
      lowPass: this.lowPass,
      fs: this.fs,
    });
  }

  override stepModel(parts = 1): StepModel | null {
    if (parts !== 1) return null;
    const size = this.sizeOut;
    const [bandSections, lowPassSections] = [this.sections.shape[1]!, this.lowPass?.shape[0] ?? 0];
    const names = [...stateNames('band', bandSections), ...stateNames('low', lowPassSections)];
    return {
      program: programs(JSON.stringify([bandSections, lowPassSections])),
      dims: { one: 1, n: size },
      dt: this.dt,
      params: {
        copies: { data: new Float64Array(size).fill(1), shape: [1, size] },
        ...this.bandCoefficients(),
        ...this.lowPassCoefficients(),
      },
      inputs: ['input'],
      outputs: ['output'],
      state: {},
      fresh: () => Object.fromEntries(names.map((name) => [name, zeros([size])])),
      record: {},
      always: {},
      keepsRank: true,
      alone: this.normalize || this.meanSubtraction,
    };
  }

  protected override inputRows(input: ArrayInput): InputRows {
    const array = toNdArray(input);
    const { data, shape } = array;
    if (shape.length === 1) return { data: { data, shape: [1, data.length, 1] }, lead: [data.length] };
    if ((shape.length === 2 || shape.length === 3) && shape.at(-1) === 1) {
      return { data: shape.length === 3 ? array : { data, shape: [1, ...shape] }, lead: shape.slice(0, -1) };
    }
    throw fail(
      'ValueError',
      'input-width',
      `${this.fullName} takes one signal: (steps,), (steps, 1) or (batches, steps, 1); got shape [${shape}]`,
    );
  }

  protected override finishOutput(output: NdArray<Float64Array>): NdArray {
    let { data } = output;
    if (this.normalize) {
      const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      if (largest > 0) data = data.map((value) => value / largest);
    }
    if (this.meanSubtraction && data.length > 0) {
      const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
      data = data.map((value) => value - mean);
    }
    return { data, shape: output.shape };
  }

  private bandCoefficients(): Record<string, NdArray> {
    const { data, shape } = this.sections;
    const [bands = 0, count = 0] = shape;
    const entries = numbered('band', count).flatMap((section, index) =>
      COEFFICIENTS.map(([name, place]) => {
        const values = Float64Array.from(
          { length: bands },
          (_, band) => data[(band * count + index) * 6 + place]!,
        );
        return [`${section}_${name}`, { data: values, shape: [bands] }] as const;
      }),
    );
    return Object.fromEntries(entries);
  }

  private lowPassCoefficients(): Record<string, number> {
    const { lowPass } = this;
    if (lowPass === null) return {};
    const entries = numbered('low', lowPass.shape[0]!).flatMap((section, index) =>
      COEFFICIENTS.map(([name, place]) => [`${section}_${name}`, lowPass.data[index * 6 + place]!] as const),
    );
    return Object.fromEntries(entries);
  }
}

function sectionArray(value: ArrayInput, rank: number): NdArray<Float64Array> {
  const { data, shape } = toNdArray(value);
  if (shape.length === rank && shape.at(-1) === 6) return { data: data.slice(), shape: [...shape] };
  throw fail(
    'ValueError',
    'sections',
    `second-order sections have six numbers each, as the last of ${rank} axes; got shape [${shape}]`,
  );
}

/** The base of {@link ButterFilter} and {@link ButterMelFilter}. */
export abstract class ButterBank extends SectionBank {
  /** Of each filter. */
  readonly order: number;
  readonly useLowpass: boolean;
  /** The cut-off of the low-pass, Hz. */
  readonly cutoffFs: number;

  constructor(bands: readonly Band[], cutoffFs: number, options: FilterOptions) {
    const { fs = 44100, order = 2, useLowpass = true } = options;
    super({
      ...options,
      sections: bands.map(({ low, high }) => butterBandPass(order, low, high, fs)),
      lowPass: useLowpass ? butterLowPass(order, cutoffFs, fs) : null,
    });
    this.order = order;
    this.useLowpass = useLowpass;
    this.cutoffFs = cutoffFs;
  }
}
