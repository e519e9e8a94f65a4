// The element types of .npy files: how to read, round and write one number of each.
import { fail } from '../error.ts';
import { halfBits, halfValue, roundToHalf } from './half.ts';

/** One number type in a file. */
export interface ElementType {
  readonly bytes: number;
  readonly read: (view: DataView, offset: number, little: boolean) => number;
  readonly write: (view: DataView, offset: number, value: number) => void;
  /** The nearest value that the type can hold. */
  readonly round: (value: number) => number;
}

const big = (value: number) => BigInt(Math.trunc(value));

const unchanged = (value: number) => value;

/** By the code in a file header, without the byte order. Numbers are written in little-endian order. */
export const elementTypes: Readonly<Record<string, ElementType>> = {
  b1: {
    bytes: 1,
    read: (v, o) => (v.getUint8(o) === 0 ? 0 : 1),
    write: (v, o, x) => v.setUint8(o, x === 0 ? 0 : 1),
    round: (x) => (x === 0 ? 0 : 1),
  },
  i1: {
    bytes: 1,
    read: (v, o) => v.getInt8(o),
    write: (v, o, x) => v.setInt8(o, x),
    round: (x) => (x << 24) >> 24,
  },
  u1: {
    bytes: 1,
    read: (v, o) => v.getUint8(o),
    write: (v, o, x) => v.setUint8(o, x),
    round: (x) => x & 0xff,
  },
  i2: {
    bytes: 2,
    read: (v, o, le) => v.getInt16(o, le),
    write: (v, o, x) => v.setInt16(o, x, true),
    round: (x) => (x << 16) >> 16,
  },
  u2: {
    bytes: 2,
    read: (v, o, le) => v.getUint16(o, le),
    write: (v, o, x) => v.setUint16(o, x, true),
    round: (x) => x & 0xffff,
  },
  i4: {
    bytes: 4,
    read: (v, o, le) => v.getInt32(o, le),
    write: (v, o, x) => v.setInt32(o, x, true),
    round: (x) => x | 0,
  },
  u4: {
    bytes: 4,
    read: (v, o, le) => v.getUint32(o, le),
    write: (v, o, x) => v.setUint32(o, x, true),
    round: (x) => x >>> 0,
  },
  i8: {
    bytes: 8,
    read: (v, o, le) => Number(v.getBigInt64(o, le)),
    write: (v, o, x) => v.setBigInt64(o, big(x), true),
    round: Math.trunc,
  },
  u8: {
    bytes: 8,
    read: (v, o, le) => Number(v.getBigUint64(o, le)),
    write: (v, o, x) => v.setBigUint64(o, big(x), true),
    round: Math.trunc,
  },
  f2: {
    bytes: 2,
    read: (v, o, le) => halfValue(v.getUint16(o, le)),
    write: (v, o, x) => v.setUint16(o, halfBits(x), true),
    round: roundToHalf,
  },
  f4: {
    bytes: 4,
    read: (v, o, le) => v.getFloat32(o, le),
    write: (v, o, x) => v.setFloat32(o, x, true),
    round: Math.fround,
  },
  f8: {
    bytes: 8,
    read: (v, o, le) => v.getFloat64(o, le),
    write: (v, o, x) => v.setFloat64(o, x, true),
    round: unchanged,
  },
};

/** Types of times and samples in a file. */
export type FloatName = 'float16' | 'float32' | 'float64';

/** Types of channels in a file. */
export type IntegerName = 'int8' | 'int16' | 'int32' | 'int64' | 'uint8' | 'uint16' | 'uint32' | 'uint64';

interface FloatRule {
  readonly dtype: string;
  readonly round: (value: number) => number;
  /** The decimal resolution. */
  readonly resolution: number;
}

const floats: Readonly<Record<FloatName, FloatRule>> = {
  float16: { dtype: '<f2', round: roundToHalf, resolution: 1e-3 },
  float32: { dtype: '<f4', round: Math.fround, resolution: 1e-6 },
  float64: { dtype: '<f8', round: unchanged, resolution: 1e-15 },
};

const integers: Readonly<Record<IntegerName, { readonly dtype: string; readonly max: number }>> = {
  int8: { dtype: '|i1', max: 2 ** 7 - 1 },
  int16: { dtype: '<i2', max: 2 ** 15 - 1 },
  int32: { dtype: '<i4', max: 2 ** 31 - 1 },
  int64: { dtype: '<i8', max: 2 ** 63 },
  uint8: { dtype: '|u1', max: 2 ** 8 - 1 },
  uint16: { dtype: '<u2', max: 2 ** 16 - 1 },
  uint32: { dtype: '<u4', max: 2 ** 32 - 1 },
  uint64: { dtype: '<u8', max: 2 ** 64 },
};

/** @throws TypeError for other names. */
export function floatRule(name: FloatName): FloatRule {
  if (Object.hasOwn(floats, name)) return floats[name];
  throw fail(
    'TypeError',
    'dtype',
    `times and samples are stored as ${Object.keys(floats).join(', ')}; got ${name}`,
  );
}

/** @throws TypeError for other names. */
export function integerRule(name: IntegerName): { readonly dtype: string; readonly max: number } {
  if (Object.hasOwn(integers, name)) return integers[name];
  throw fail('TypeError', 'dtype', `channels are stored as ${Object.keys(integers).join(', ')}; got ${name}`);
}
