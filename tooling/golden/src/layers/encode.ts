// Results of layers, in the notation of the layer cases.
import { isNdArray, isNumericArray } from '@rp/ndarray';
import { TimeSeries } from '@rp/timeseries';
import { encodeNested, encodeNumber, encodeNumbers, encodeSeries } from '../core/values.ts';

export function encodeResult(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number') return encodeNumber(value);
  if (isNdArray(value)) return encodeNested(value);
  if (isNumericArray(value)) return encodeNumbers(value);
  if (Array.isArray(value)) return value.map(encodeResult);
  if (value instanceof TimeSeries) return encodeSeries(value);
  if (typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, encodeResult(entry)]));
}
