// LIF neurons whose decays are what a bit shift can do, for chips without multipliers.
import { fail } from './fail.ts';
import { LIFTorch, type LIFTorchOptions } from './lif-torch.ts';
import { mapVector } from './numbers.ts';

export type LIFBitshiftTorchOptions = Omit<
  LIFTorchOptions,
  'leakMode' | 'alpha' | 'beta' | 'dashMem' | 'dashSyn'
>;

/**
 * {@link LIFTorch} with decays `1 − 2^−k`, where k is the whole number nearest to `log2(tau / dt)` (halves to even) and
 * at least 0, and at most 31 spikes per step unless said otherwise. The constructor replaces the time constants by
 * those that the decays amount to.
 */
export class LIFBitshiftTorch extends LIFTorch {
  static override readonly className: string = 'LIFBitshiftTorch';

  /** @throws ValueError as {@link LIFTorch} does, also for leaks said in another way than by time constants. */
  constructor(options: LIFBitshiftTorchOptions) {
    const { leakMode = 'taus' } = options as LIFTorchOptions;
    if (leakMode !== 'taus') {
      throw fail(
        'ValueError',
        'leak-mode',
        `LIFBitshiftTorch makes bit shifts of time constants, so its leakMode is taus; got ${leakMode}`,
      );
    }
    super({ ...options, maxSpikesPerDt: options.maxSpikesPerDt ?? 31 });
    this.tauMem = mapVector(this.tauMem, (tau) => this.tauOfDecay(this.decayOfTau(tau)));
    this.tauSyn = mapVector(this.tauSyn, (tau) => this.tauOfDecay(this.decayOfTau(tau)));
  }

  protected override get ownDecays(): boolean {
    return true;
  }

  protected override decayOfTau(tau: number): number {
    const shift = Math.max(0, roundHalfEven(Math.log2(tau / this.dt)));
    return 1 - 2 ** -shift;
  }

  private tauOfDecay(decay: number): number {
    return decay === 0 ? 0 : -this.dt / Math.log(decay);
  }
}

/** The nearest whole number; of two equally near ones the even one. */
function roundHalfEven(x: number): number {
  const below = Math.floor(x);
  const part = x - below;
  if (part === 0.5) return below % 2 === 0 ? below : below + 1;
  return part < 0.5 ? below : below + 1;
}
