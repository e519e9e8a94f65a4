// Values of the layer cases: numbers, lists, tuples, functions by name, series.
import { decodeNumbers, decodeSeries, type Fields } from '../core/values.ts';
import { Waiting } from '../waiting.ts';
import { libraryName } from './names.ts';

/** Decodes one value. Functions stay names: the library takes `tanh` for what Python takes a function. */
export function decodeArgument(value: unknown): unknown {
  if (typeof value === 'string') return decodeNumbers(value);
  if (Array.isArray(value)) return value.map(decodeArgument);
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as Fields;
  for (const form of ['tuple', 'list', 'int_array', 'activation', 'tensor'] as const) {
    if (form in fields) return decodeArgument(fields[form]);
  }
  if (typeof fields.type === 'string') return decodeSeries(fields);
  throw new Waiting(`a value of the form ${Object.keys(fields).join(', ')}`);
}

/** Constructor arguments and keyword arguments, as an options object of the library. */
export function decodeOptions(fields: Fields): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [libraryName(name), decodeArgument(value)]),
  );
}
