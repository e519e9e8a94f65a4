// Rate neurons as the reference's torch backend has them.
import { warn } from '@rp/errors';
import { toNdArray } from '@rp/ndarray';
import { PACKAGE } from './fail.ts';
import { Rate, type RateOptions } from './rate.ts';

/**
 * {@link Rate} under the reference's other name, with the family `biases`. Time constants below ten time steps
 * count as ten, as they do there; since the reference doesn't do that here, the constructor warns.
 */
export class RateTorch extends Rate {
  static override readonly className: string = 'RateTorch';

  constructor(options: RateOptions) {
    super(options);
    const shortest = toNdArray(this.tau).data.reduce(
      (least, tau) => Math.min(least, tau),
      Number.POSITIVE_INFINITY,
    );
    if (shortest < 10 * this.dt) {
      warn(
        PACKAGE,
        `RateTorch: time constants below ten time steps count as ten (shortest ${shortest} s, dt ${this.dt} s)`,
      );
    }
  }

  protected override get biasFamily(): string {
    return 'biases';
  }
}
