// When two results are the same: bit for bit. +0 differs from −0, a NaN is any NaN (engines choose its payload freely),
// lengths, shapes and array types count. Every function says where the first difference is, or `undefined`.
import { type EventList, isEventList, type ParameterValue, type RunResult, type Tensor } from '@rp/dynamics';
import { isCsrMatrix } from '@rp/ndarray';

/** The first difference of two lists of numbers, as a sentence; undefined if there is none. */
export function differenceOfNumbers(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
): string | undefined {
  if (actual.length !== expected.length) {
    return `has ${actual.length} elements, expected ${expected.length}`;
  }
  for (let index = 0; index < expected.length; index++) {
    if (!Object.is(actual[index], expected[index])) {
      return `differs at ${index} of ${expected.length}: got ${exactly(actual[index]!)}, expected ${exactly(expected[index]!)}`;
    }
  }
  return undefined;
}

/** The same for arrays: the shape and the type of the elements count too; of sparse matrices, which entries there are. */
export function differenceOfTensors(
  actual: ParameterValue | undefined,
  expected: ParameterValue,
): string | undefined {
  if (actual === undefined) return 'is missing';
  if (isCsrMatrix(actual) !== isCsrMatrix(expected))
    return `is ${isCsrMatrix(actual) ? 'a sparse matrix, expected a dense array' : 'a dense array, expected a sparse matrix'}`;
  const shapes = `has shape [${actual.shape.join(', ')}], expected [${expected.shape.join(', ')}]`;
  if (differenceOfNumbers(actual.shape, expected.shape) !== undefined) return shapes;
  return entriesDiffer(actual, expected) ?? differenceOfArrays(actual.data, expected.data);
}

function entriesDiffer(actual: ParameterValue, expected: ParameterValue): string | undefined {
  if (!isCsrMatrix(actual) || !isCsrMatrix(expected)) return undefined;
  for (const field of ['indptr', 'indices'] as const) {
    const difference = differenceOfArrays(actual[field], expected[field]);
    if (difference !== undefined) return `${field} ${difference}`;
  }
  return undefined;
}

/** The same for events. */
export function differenceOfEvents(actual: EventList | undefined, expected: EventList): string | undefined {
  if (actual === undefined) return 'is missing';
  for (const field of ['offsets', 'units', 'counts'] as const) {
    const difference = differenceOfArrays(actual[field], expected[field]);
    if (difference !== undefined) return `${field} ${difference}`;
  }
  return undefined;
}

/** The same for everything that a run gives back. */
export function differenceOfResults(actual: RunResult, expected: RunResult): string | undefined {
  if (actual.steps !== expected.steps) return `did ${actual.steps} steps, expected ${expected.steps}`;
  for (const group of ['outputs', 'events', 'records', 'state'] as const) {
    const difference = differenceOfGroups(actual[group], expected[group]);
    if (difference !== undefined) return `${group}.${difference}`;
  }
  return undefined;
}

type Group = Readonly<Record<string, Tensor | EventList>>;

function differenceOfGroups(actual: Group, expected: Group): string | undefined {
  const surplus = Object.keys(actual).find((name) => !Object.hasOwn(expected, name));
  if (surplus !== undefined) return `${surplus} was not asked for`;
  for (const [name, value] of Object.entries(expected)) {
    const other = actual[name];
    const difference = isEventList(value)
      ? differenceOfEvents(other as EventList | undefined, value)
      : differenceOfTensors(other as Tensor | undefined, value);
    if (difference !== undefined) return `${name} ${difference}`;
  }
  return undefined;
}

type Elements = ArrayLike<number> & { readonly constructor: { readonly name: string } };

function differenceOfArrays(actual: Elements, expected: Elements): string | undefined {
  const [is, should] = [actual.constructor.name, expected.constructor.name];
  if (is !== should) return `is a ${is}, expected a ${should}`;
  return differenceOfNumbers(actual, expected);
}

/** A number so that different numbers read differently: `-0`, and the bits where the decimal hides something. */
export function exactly(value: number): string {
  if (Object.is(value, -0)) return '-0';
  if (!Number.isFinite(value) || Number.isInteger(value)) return String(value);
  const bits = new BigUint64Array(Float64Array.of(value).buffer)[0]!;
  return `${value} (0x${bits.toString(16).padStart(16, '0')})`;
}
