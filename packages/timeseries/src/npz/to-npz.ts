// The bytes of a file, for where there is no file system.
import type { TSContinuous } from '../ts-continuous.ts';
import type { TSEvent } from '../ts-event.ts';
import type { ContinuousStorage, EventStorage } from './members.ts';
import { npzOf } from './write.ts';

/**
 * The bytes of the `.npz` file of a series, for example to offer as a download.
 * The options are those of `save`.
 */
export function toNpz(series: TSContinuous, options?: ContinuousStorage): Uint8Array;
export function toNpz(series: TSEvent, options?: EventStorage): Uint8Array;
export function toNpz(
  series: TSContinuous | TSEvent,
  options: ContinuousStorage & EventStorage = {},
): Uint8Array {
  return npzOf(series.toDict(options));
}
