// How threads divide the work of a program: whole batch items, or blocks of elements with barriers between the parts of a
// step. The bits are those of one thread either way, since no sum is divided: an element is made by one thread, as always.
import type { StepProgram, Value } from '@rp/dynamics';
import type { Sizes } from './layout.ts';

export interface Division {
  /** `items`: each thread takes batch items; `blocks`: each does its part of every step. */
  readonly kind: 'alone' | 'items' | 'blocks';
  /** How many threads there are at most. */
  readonly threads: number;
  /** A rough number of operations per step, of all batch items together: about twenty are done in a nanosecond. */
  readonly work: number;
}

/** The threads among which work may be divided. */
export interface Threads {
  /** How many there are at most. */
  readonly most: number;
  /** For tests: divides so wherever that is possible, however little there is to do. */
  readonly forced: 'items' | 'blocks' | undefined;
}

/** A step has to take this long before it is divided: several times what barriers cost, or where there are none, little. */
const leastWork = { withBarriers: 2 ** 17, withoutBarriers: 2 ** 14 };

/** Spikes are rare: of a product with spikes, so much is done. */
const shareOfSpikes = 1 / 32;

/** Of sparse weights it isn't known here how many there are: about so many. */
const shareOfSparse = 1 / 64;

/** Random numbers and the like take about as long as so many operations. */
const costOfUniform = 16;

export function divisionOf(program: StepProgram, sizes: Sizes, { most, forced }: Threads): Division {
  const { batch } = sizes;
  const perItem = workOf(program, sizes);
  const canBlocks = obstaclesToBlocks(program).length === 0;
  const least = needsBarriers(program) ? leastWork.withBarriers : leastWork.withoutBarriers;
  const wantsBlocks = forced === undefined ? batch < most && perItem >= least : forced === 'blocks';
  const kind = most === 1 ? 'alone' : canBlocks && wantsBlocks ? 'blocks' : batch > 1 ? 'items' : 'alone';
  return { kind, threads: most, work: batch * perItem };
}

/** What prevents the steps of a program from being divided into blocks of elements, in words. */
export function obstaclesToBlocks(program: StepProgram): string[] {
  const found = new Set<string>();
  if (program.loop !== undefined) found.add('a loop within a step');
  for (const value of program.values) {
    if (isInStep(value) && isIndivisible(value)) found.add(value.op);
    if (value.storage === 'csr') found.add('sparse weights');
  }
  for (const [name, { shape }] of Object.entries(program.state))
    if (shape.length === 0) found.add(`the state ${name}, which is one number`);
  for (const [name, { shape }] of Object.entries(program.lines))
    if (shape.length === 1) found.add(`the delay line ${name}, which delays one number`);
  return [...found];
}

/** The ids of what an operation reads at other elements than those that it makes. */
export function readAcross({ op, args }: Value): readonly number[] {
  return op === 'matvec' ? args.slice(0, 1) : [];
}

/** Whether threads that do blocks of a step have to wait for each other. */
export function needsBarriers(program: StepProgram): boolean {
  return program.values.some((value) => readAcross(value).some((id) => changes(program.values[id]!)));
}

/** Whether a value is another one in each step, made by several threads. */
function changes({ op, stage, shape }: Value): boolean {
  return shape.length > 0 && (op === 'state' || isInStep({ stage, op }));
}

function isInStep({ stage, op }: Pick<Value, 'stage' | 'op'>): boolean {
  return stage !== 'prelude' && !['const', 'dt', 'param', 'input', 'state'].includes(op);
}

/** Operations that work on more than the element that they make, but for the product with a matrix. */
function isIndivisible({ op }: Value): boolean {
  return ['stack', 'row', 'column', 'sum', 'minOf', 'maxOf', 'argmin'].includes(op);
}

function workOf(program: StepProgram, { size, dtype }: Sizes): number {
  const work = program.values.reduce((sum, value) => {
    if (!isInStep(value)) return sum;
    if (value.op === 'uniform') return sum + costOfUniform * size(value.shape);
    if (value.op !== 'matvec') return sum + size(value.shape);
    const x = program.values[value.args[0]!]!;
    const isSparse = program.values[value.args[1]!]!.storage === 'csr';
    const share = (isFromTruth(program, x) ? shareOfSpikes : 1) * (isSparse ? shareOfSparse : 1);
    return sum + share * size(x.shape) * size(value.shape);
  }, 0);
  return dtype === 'float64' ? 2 * work : work;
}

function isFromTruth({ values }: StepProgram, { op, args }: Value): boolean {
  return op === 'cast' && values[args[0]!]!.type === 'bool';
}
