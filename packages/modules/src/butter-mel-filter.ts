// A bank of Butterworth band-passes that are spaced as hearing does it.
import { fail } from './fail.ts';
import { ButterBank, type FilterOptions } from './filter-bank.ts';

export interface ButterMelFilterOptions extends FilterOptions {
  /** The number of bands, or `[1, bands]`. */
  readonly shape: number | readonly number[];
  /** The lower edge of the lowest band, and the cut-off of the low-pass, Hz. Default 100. */
  readonly cutoffFs?: number | undefined;
  /** The width of the bands: each ends at `1 + filterWidth / bands` times its lower edge. Default 2. */
  readonly filterWidth?: number | undefined;
}

const mel = (hertz: number): number => 2595 * Math.log10(1 + hertz / 700);
const hertz = (mels: number): number => 700 * (10 ** (mels / 2595) - 1);

/**
 * One signal in, one channel per band out. The lower edges are equally spaced on the mel scale
 * (`2595 · log10(1 + f / 700)`), from `cutoffFs` up to where the highest band just ends below half of `fs`. The rest is
 * as in {@link ButterFilter}.
 */
export class ButterMelFilter extends ButterBank {
  static override readonly className: string = 'ButterMelFilter';
  readonly filterWidth: number;

  /** @throws ValueError for more than one input, and for a band that reaches fs / 2. */
  constructor(options: ButterMelFilterOptions) {
    const sizes = typeof options.shape === 'number' ? [1, options.shape] : options.shape;
    const [sizeIn, count] = sizes;
    if (sizes.length !== 2 || sizeIn !== 1 || count === undefined || count < 1) {
      throw fail('ValueError', 'shape', `ButterMelFilter needs a shape n or [1, n], got [${sizes}]`);
    }
    const { fs = 44100, cutoffFs = 100, filterWidth = 2 } = options;
    const factor = 1 + filterWidth / count;
    const [from, to] = [mel(cutoffFs), mel(fs / 2 / factor - 1)];
    const bands = Array.from({ length: count }, (_, index) => {
      const low = hertz(count === 1 ? from : from + (index * (to - from)) / (count - 1));
      return { low, high: low * factor };
    });
    const outside = bands.find(({ high }) => high >= fs / 2);
    if (outside !== undefined) {
      throw fail(
        'ValueError',
        'bands',
        `the band from ${outside.low} to ${outside.high} Hz reaches ${fs / 2} Hz, half of the sampling rate`,
      );
    }
    super(bands, cutoffFs, options);
    this.filterWidth = filterWidth;
  }
}
