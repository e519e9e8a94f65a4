// Half precision (IEEE binary16): to the nearest, ties to even, straight from doubles.

const SMALLEST_EXPONENT = -14;
const FRACTION_BITS = 10;

/** The nearest number that half precision can hold, as a double. */
export function roundToHalf(value: number): number {
  if (!Number.isFinite(value) || value === 0) return value;
  const exponent = Math.max(SMALLEST_EXPONENT, exponentOf(value));
  const quantum = 2 ** (exponent - FRACTION_BITS);
  const rounded = roundTiesToEven(value / quantum) * quantum;
  return Math.abs(rounded) >= 65536 ? Math.sign(value) * Number.POSITIVE_INFINITY : rounded;
}

/** The 16 bits of a number that half precision can hold. */
export function halfBits(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(value);
  if (magnitude === Number.POSITIVE_INFINITY) return sign | 0x7c00;
  if (magnitude < 2 ** SMALLEST_EXPONENT)
    return sign | (magnitude / 2 ** (SMALLEST_EXPONENT - FRACTION_BITS));
  const exponent = exponentOf(magnitude);
  return sign | ((exponent + 15) << FRACTION_BITS) | ((magnitude / 2 ** exponent - 1) * 2 ** FRACTION_BITS);
}

/** The number that 16 bits stand for. */
export function halfValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> FRACTION_BITS) & 0x1f;
  const fraction = (bits & 0x3ff) / 2 ** FRACTION_BITS;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** SMALLEST_EXPONENT;
  return sign * (1 + fraction) * 2 ** (exponent - 15);
}

/** The exponent of a normal double, exactly. */
function exponentOf(value: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return ((view.getUint16(0) >> 4) & 0x7ff) - 1023;
}

function roundTiesToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}
