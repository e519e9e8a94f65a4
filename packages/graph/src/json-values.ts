// Attribute values in JSON. What JSON cannot say (NaN, infinities, -0, arrays with a shape) gets a form of its own.
import { isNdArray, type NdArray, sizeOf } from '@rp/ndarray';
import { fail } from './error.ts';

/** A number that JSON has a form for, or the name of one that it has none for. */
type NumberJSON = number | 'NaN' | 'Infinity' | '-Infinity' | '-0';

/** The form of an attribute value in a graph file. */
export type ValueJSON =
  | null
  | boolean
  | number
  | string
  | { readonly number: NumberJSON }
  | { readonly shape: readonly number[]; readonly data: readonly NumberJSON[] }
  | readonly ValueJSON[];

/**
 * Writes a value.
 * @param what for the message, as in `attribute x of …`
 * @throws TypeError for anything but numbers, texts, booleans, null, arrays and lists of these.
 */
export function encodeValue(value: unknown, what: string): ValueJSON {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return isPlain(value) ? value : { number: encodeNumber(value) };
  if (isNdArray(value)) return { shape: [...value.shape], data: Array.from(value.data, encodeNumber) };
  if (Array.isArray(value)) return value.map((item) => encodeValue(item, what));
  throw fail(
    'TypeError',
    'no-json-form',
    `${what} has no form in a graph file: got ${typeof value}, allowed are numbers, texts, booleans, null, { data, shape } arrays, and lists of these`,
  );
}

/** Reads what {@link encodeValue} wrote. Arrays come back as doubles. */
export function decodeValue(value: ValueJSON): unknown {
  if (Array.isArray(value)) return value.map(decodeValue);
  if (typeof value !== 'object' || value === null) return value;
  if ('number' in value) return decodeNumber(value.number);
  if ('shape' in value && 'data' in value) return decodeArray(value.shape, value.data);
  throw fail('ValueError', 'graph-broken', `${JSON.stringify(value)} is not an attribute value`);
}

function decodeArray(shape: readonly number[], data: readonly NumberJSON[]): NdArray<Float64Array> {
  if (sizeOf(shape) !== data.length) {
    throw fail(
      'ValueError',
      'graph-broken',
      `an array of shape [${shape}] cannot have ${data.length} elements`,
    );
  }
  return { shape: [...shape], data: Float64Array.from(data, decodeNumber) };
}

function isPlain(value: number): boolean {
  return Number.isFinite(value) && !Object.is(value, -0);
}

function encodeNumber(value: number): NumberJSON {
  if (isPlain(value)) return value;
  return value === 0 ? '-0' : (String(value) as NumberJSON);
}

function decodeNumber(value: NumberJSON): number {
  return typeof value === 'number' ? value : Number(value);
}
