// The two number formats, as the instructions that belong to them.
import type { Dtype } from '@rp/dynamics';
import { extractLane, float, i32, type Node, op, shuffle, words } from '../asm/node.ts';

/** What depends on the dtype alone. */
export interface Numbers {
  readonly dtype: Dtype;
  /** The type of a number, and the prefix of its instructions. */
  readonly scalar: 'f32' | 'f64';
  readonly vector: 'f32x4' | 'f64x2';
  /** Numbers in a vector. */
  readonly lanes: 2 | 4;
  /** Bytes of a number, and the binary logarithm of that. */
  readonly bytes: 4 | 8;
  readonly shift: 2 | 3;
}

const formats = {
  float32: { dtype: 'float32', scalar: 'f32', vector: 'f32x4', lanes: 4, bytes: 4, shift: 2 },
  float64: { dtype: 'float64', scalar: 'f64', vector: 'f64x2', lanes: 2, bytes: 8, shift: 3 },
} as const satisfies Record<Dtype, Numbers>;

export function numbersOf(dtype: Dtype): Numbers {
  return formats[dtype];
}

/** A number of the program as a constant. */
export function constant({ scalar, dtype }: Numbers, value: number): Node {
  return float(scalar, dtype === 'float32' ? Math.fround(value) : value);
}

/** A number in all lanes. */
export function splat({ vector }: Numbers, value: Node): Node {
  return op(`${vector}.splat`, value);
}

/** A truth value (0 or 1) as a mask: all bits of a lane, or none. */
export function splatMask(value: Node): Node {
  return op('i32x4.splat', op('i32.sub', i32(0), value));
}

export function laneOf({ vector }: Numbers, value: Node, lane: number): Node {
  return extractLane(`${vector}.extract_lane`, value, lane);
}

/** One bit per lane of a mask. */
export function bitmask({ lanes }: Numbers, mask: Node): Node {
  return op(lanes === 4 ? 'i32x4.bitmask' : 'i64x2.bitmask', mask);
}

/** Bytes 0 and 1, one per lane from the lowest on, as a mask. */
export function maskFromBytes({ lanes }: Numbers, bytes: Node): Node {
  const wide = op('i32x4.extend_low_i16x8_u', op('i16x8.extend_low_i8x16_u', bytes));
  const zero = words(0, 0, 0, 0);
  return lanes === 4
    ? op('i32x4.ne', wide, zero)
    : op('i64x2.ne', op('i64x2.extend_low_i32x4_u', wide), zero);
}

/** The opposite: a byte 0 or 1 per lane, from the lowest on. */
export function bytesFromMask({ lanes, bytes }: Numbers, mask: Node): Node {
  const picked = Array.from({ length: 16 }, (_, place) => (place % lanes) * bytes);
  return op('v128.and', shuffle(mask, mask, picked), words(0x01010101, 0x01010101, 0x01010101, 0x01010101));
}
