// Checks what a program is given against what it declares, once for the interpreter and every backend, so that the
// same mistake gives the same error everywhere.
import {
  type CsrMatrix,
  csrFromDense,
  csrProblem,
  isCsrMatrix,
  isNdArray,
  type NdArray,
  sizeOf,
} from '@rp/ndarray';
import { fail } from './error.ts';
import { type Declaration, type EventOutput, eventOutputs, type Shape, type StepProgram } from './program.ts';
import {
  type Bindings,
  type Dtype,
  type EventList,
  isEventList,
  type ParameterValue,
  type Rows,
  type RunInputs,
  type RunOptions,
  type Tensor,
} from './run.ts';

/** Bindings that fit the program, with every extent known. */
export interface Bound {
  readonly program: StepProgram;
  readonly dtype: Dtype;
  readonly batch: number;
  readonly dt: number;
  readonly seed: number;
  readonly firstStep: number;
  /** The numbers behind a symbolic shape. */
  extents(shape: Shape): number[];
  /** The number of elements of a symbolic shape. */
  size(shape: Shape): number;
}

/** @throws ValueError for missing or unknown names and shapes that don't fit; the message names program and value. */
export function bind(program: StepProgram, bindings: Bindings): Bound {
  const { dims, dtype = 'float64', batch = 1, dt, seed = 0, firstStep = 0 } = bindings;
  for (const dim of program.dims) requireCount(program, `extent ${dim}`, dims[dim]);
  requireCount(program, 'batch', batch);
  requireCount(program, 'firstStep', firstStep);
  if (dtype !== 'float64' && dtype !== 'float32') {
    throw refuse(program, 'dtype', `dtype must be 'float64' or 'float32', got ${JSON.stringify(dtype)}`);
  }
  if (typeof dt !== 'number') throw refuse(program, 'dt', `dt must be a number, got ${typeof dt}`);
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw refuse(program, 'seed', `seed must be a whole number from 0 to 2^53 - 1, got ${seed}`);
  }
  const extents = (shape: Shape) => shape.map((dim) => (typeof dim === 'number' ? dim : dims[dim]!));
  const bound: Bound = {
    program,
    dtype,
    batch,
    dt,
    seed,
    firstStep,
    extents,
    size: (shape) => sizeOf(extents(shape)),
  };

  const params = bindings.params ?? {};
  for (const name of Object.keys(program.params)) {
    if (own(params, name) === undefined) throw refuse(program, 'missing', `parameter ${name} is missing`);
  }
  for (const [name, value] of Object.entries(params)) checkParameter(bound, name, value);
  for (const [name, value] of Object.entries(bindings.state ?? {})) checkState(bound, name, value);
  return bound;
}

/** The declaration of a state or delay line, or undefined. */
export function stateDeclaration(program: StepProgram, name: string): Declaration | undefined {
  return own(program.state, name) ?? own(program.lines, name);
}

export function checkParameter(bound: Bound, name: string, value: ParameterValue): void {
  const { program } = bound;
  const declared = own(program.params, name);
  if (declared === undefined) throw unknown(program, name);
  const extents = bound.extents(declared.shape);
  if (!isCsrMatrix(value)) requireShape(program, `parameter ${name}`, value, [extents]);
  else if (declared.storage === 'csr') requireCsr(program, name, value, extents);
  else
    throw refuse(
      program,
      'storage',
      `parameter ${name} is dense, got a sparse matrix; declare it with storage 'csr', or give csrToDense of it`,
    );
}

/**
 * What a parameter that is stored as `csr` is given, as a sparse matrix: dense elements that are not zero become entries.
 * Check it first. The arrays may be those that were given.
 */
export function sparseParameter(value: ParameterValue): CsrMatrix {
  return isCsrMatrix(value) ? value : csrFromDense(value);
}

function requireCsr(program: StepProgram, name: string, matrix: CsrMatrix, extents: readonly number[]): void {
  const problem = csrProblem(matrix);
  if (problem !== undefined) throw refuse(program, 'csr', `parameter ${name}: ${problem}`);
  if (matrix.shape.some((extent, axis) => extent !== extents[axis])) {
    throw refuse(
      program,
      'shape',
      `parameter ${name} must have shape [${extents.join(', ')}], got a sparse matrix of shape [${matrix.shape.join(', ')}]`,
    );
  }
}

export function checkState(bound: Bound, name: string, value: Tensor): void {
  const declared = stateDeclaration(bound.program, name);
  if (declared === undefined) throw unknown(bound.program, name);
  const extents = bound.extents(declared.shape);
  requireShape(bound.program, `state ${name}`, value, [[bound.batch, ...extents], extents]);
}

/** What is written to `dt`. */
export function checkTimeStep(bound: Bound, value: Tensor): void {
  requireShape(bound.program, 'dt', value, [[]]);
}

/** A state's elements for every batch item, in order; what is given for one item is repeated. */
export function spreadState(bound: Bound, name: string, value: Tensor): ArrayLike<number> {
  const { shape } = stateDeclaration(bound.program, name)!;
  const size = bound.size(shape);
  if (value.shape.length > shape.length || bound.batch === 1) return value.data;
  return Array.from({ length: bound.batch * size }, (_, index) => value.data[index % size]!);
}

/** @throws ValueError for unknown inputs, shapes that don't fit, and event lists that contradict themselves. */
export function checkInputs(bound: Bound, inputs: RunInputs, steps: number): void {
  const { program, batch } = bound;
  for (const [name, input] of Object.entries(inputs)) {
    const declared = own(program.inputs, name);
    if (declared === undefined) {
      throw refuse(
        program,
        'unknown',
        `there is no input ${name}; there are: ${Object.keys(program.inputs).join(', ') || 'none'}`,
      );
    }
    const extents = bound.extents(declared.shape);
    if (isEventList(input)) checkEvents(program, name, input, batch * steps, sizeOf(extents));
    else requireShape(program, `input ${name}`, input, [[batch, steps, ...extents]]);
  }
}

export function checkOptions(bound: Bound, { steps, record = [], eventCapacity }: RunOptions): void {
  const { program } = bound;
  requireCount(program, 'steps', steps);
  for (const name of record) {
    if (!Object.hasOwn(program.records, name) && !Object.hasOwn(program.state, name)) {
      const known = [...Object.keys(program.records), ...Object.keys(program.state)].join(', ');
      throw refuse(program, 'unknown', `there is no record ${name}; there are: ${known || 'none'}`);
    }
  }
  if (eventCapacity === undefined) return;
  for (const output of eventOutputs(program)) {
    const most = entriesPerStep(bound, output);
    if (!(eventCapacity >= most)) {
      throw refuse(
        program,
        'capacity',
        `eventCapacity must be at least ${most}, one step of ${output.name}, got ${eventCapacity}`,
      );
    }
  }
}

/** The most entries that an event output can have in one step of one batch item. */
export function entriesPerStep(bound: Bound, { shape, rounds }: EventOutput): number {
  return bound.size(shape) * rounds;
}

function checkEvents(
  program: StepProgram,
  name: string,
  events: EventList,
  rows: number,
  units: number,
): void {
  const wrong = (problem: string) => refuse(program, 'events', `input ${name}: ${problem}`);
  const { offsets } = events;
  if (offsets.length !== rows + 1)
    throw wrong(`needs ${rows + 1} offsets (batch · steps + 1), got ${offsets.length}`);
  if (offsets[0] !== 0) throw wrong('offsets must start at 0');
  const total = offsets[rows]!;
  if (events.units.length < total || events.counts.length < total)
    throw wrong(`offsets speak of ${total} entries, there are fewer`);
  for (let row = 0; row < rows; row++) {
    if (offsets[row + 1]! < offsets[row]!) throw wrong(`offsets decrease at row ${row}`);
    let former = -1;
    for (let entry = offsets[row]!; entry < offsets[row + 1]!; entry++) {
      const unit = events.units[entry]!;
      if (unit <= former || unit >= units)
        throw wrong(
          `row ${row} must hold ascending units from 0 to ${units - 1}, got ${unit} after ${former}`,
        );
      former = unit;
    }
  }
}

function requireShape(
  program: StepProgram,
  what: string,
  value: NdArray | Rows,
  allowed: readonly number[][],
): void {
  if (!isNdArray(value)) throw refuse(program, 'shape', `${what} must be a { data, shape } array`);
  const fits = allowed.some(
    (shape) =>
      shape.length === value.shape.length && shape.every((extent, axis) => extent === value.shape[axis]),
  );
  if (!fits || value.data.length !== sizeOf(value.shape)) {
    const shapes = allowed.map((shape) => `[${shape.join(', ')}]`).join(' or ');
    throw refuse(
      program,
      'shape',
      `${what} must have shape ${shapes}, got [${value.shape.join(', ')}] with ${value.data.length} elements`,
    );
  }
}

/** What a name stands for; names like `constructor` stand for nothing unless they are declared. */
function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function requireCount(program: StepProgram, what: string, value: number | undefined): void {
  if (value === undefined || !Number.isInteger(value) || value < 0) {
    throw refuse(program, 'count', `${what} must be a whole number, 0 or more; got ${value}`);
  }
}

function refuse(program: StepProgram, code: string, message: string): Error {
  return fail('ValueError', `run-${code}`, `${program.name}: ${message}`);
}

function unknown(program: StepProgram, name: string): Error {
  const { params, state, lines } = program;
  const known = [...Object.keys(params), ...Object.keys(state), ...Object.keys(lines)].join(', ');
  return fail(
    'KeyError',
    'run-unknown',
    `${program.name}: there is no parameter or state ${name}; there are: ${known || 'none'}`,
  );
}
