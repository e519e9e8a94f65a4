// A bank of Butterworth band-passes around given frequencies.
import { type ArrayInput, type NdArray, toNdArray } from '@rp/ndarray';
import { fail } from './fail.ts';
import { ButterBank, type FilterOptions } from './filter-bank.ts';

export interface ButterFilterOptions extends FilterOptions {
  /** The centre of each band, Hz. */
  readonly frequency: ArrayInput;
  /** The width of each band, Hz; as many as frequencies. */
  readonly bandwidth: ArrayInput;
}

/**
 * One signal in, one channel per band out: Butterworth band-passes from `frequency − bandwidth / 2` to
 * `frequency + bandwidth / 2`, rectified and smoothed by a low-pass at the lower edge of the lowest band unless
 * `useLowpass` is false. The output has the rank of the input. No state is kept between evolutions.
 */
export class ButterFilter extends ButterBank {
  static override readonly className: string = 'ButterFilter';
  readonly frequency: NdArray<Float64Array>;
  readonly bandwidth: NdArray<Float64Array>;

  /** @throws ValueError for unequal numbers of frequencies and bandwidths, and for bands outside of 0 … fs / 2. */
  constructor(options: ButterFilterOptions) {
    const frequency = vectorOf(options.frequency);
    const bandwidth = vectorOf(options.bandwidth);
    const { fs = 44100 } = options;
    if (frequency.data.length !== bandwidth.data.length || frequency.data.length === 0) {
      throw fail(
        'ValueError',
        'bands',
        `ButterFilter needs as many bandwidths as frequencies, got ${bandwidth.data.length} for ${frequency.data.length}`,
      );
    }
    const bands = Array.from(frequency.data, (centre, index) => ({
      low: centre - bandwidth.data[index]! / 2,
      high: centre + bandwidth.data[index]! / 2,
    }));
    const outside = bands.find(({ low, high }) => low <= 0 || high > fs / 2);
    if (outside !== undefined) {
      throw fail(
        'ValueError',
        'bands',
        `the band from ${outside.low} to ${outside.high} Hz is not between 0 and ${fs / 2} Hz, half of the sampling rate`,
      );
    }
    const lowest = bands.reduce((least, _, index) =>
      frequency.data[index]! < frequency.data[bands.indexOf(least)]! ? bands[index]! : least,
    );
    super(bands, lowest.low, options);
    this.frequency = frequency;
    this.bandwidth = bandwidth;
  }
}

function vectorOf(value: ArrayInput): NdArray<Float64Array> {
  const { data } = toNdArray(value);
  return { data: data.slice(), shape: [data.length] };
}
