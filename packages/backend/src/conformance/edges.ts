// The numbers at which arithmetic goes wrong if it does.
import { type Dtype, rounding } from '@rp/dynamics';

const formats = {
  float64: { digits: 52, largest: Number.MAX_VALUE, smallestNormal: 2 ** -1022, smallest: 2 ** -1074 },
  float32: { digits: 23, largest: (2 - 2 ** -23) * 2 ** 127, smallestNormal: 2 ** -126, smallest: 2 ** -149 },
} as const;

/** NaN, infinities, zeros of both signs, subnormal and huge numbers, neighbours of 1, halves, thirds. */
export function edges(dtype: Dtype): number[] {
  const { smallestNormal, smallest, largest } = formats[dtype];
  const magnitudes = [Number.POSITIVE_INFINITY, 0, smallest, smallestNormal - smallest, largest];
  return [Number.NaN, ...bothSigns(magnitudes), ...ordinary(dtype)];
}

/** The finite, normal ones among them; zero of one sign. */
export function ordinary(dtype: Dtype): number[] {
  const { digits, smallestNormal } = formats[dtype];
  const unit = 2 ** -digits;
  const magnitudes = [
    ...[1, 1 + unit, 1 - unit / 2, 0.5, 1.5, 2.5, 3, 1 / 3, 0.1, 0.7, Math.SQRT2, 20, 88.5, 1000.25],
    ...[2 ** digits - 1, 2 ** (digits - 1) + 0.5, 1 / unit, 2 ** 60, 2 ** -60, smallestNormal],
  ];
  return [0, ...bothSigns(magnitudes).map(rounding(dtype))];
}

function bothSigns(magnitudes: readonly number[]): number[] {
  return magnitudes.flatMap((x) => [x, -x]);
}
