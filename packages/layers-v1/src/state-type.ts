// The number types in which a digital neuron may keep its voltage: what they can hold, and how others become one of them.
import type { Expr, Operand, Ops } from '@rp/dynamics';
import { fail } from './error.ts';

/** `float`, or an integer type by its usual name. */
export type StateType =
  | 'float'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64';

export interface StateRange {
  readonly low: number;
  readonly high: number;
  /** Whether fractions are cut off. */
  readonly whole: boolean;
}

const bits: Readonly<Record<string, number>> = { '8': 8, '16': 16, '32': 32, '64': 64 };

/** @throws ValueError for an unknown type. */
export function stateRange(type: string): StateRange {
  if (type === 'float' || type === 'float64') {
    return { low: -Number.MAX_VALUE, high: Number.MAX_VALUE, whole: false };
  }
  const [, unsigned, width] = /^(u?)int(8|16|32|64)$/.exec(type) ?? [];
  if (width === undefined) {
    throw fail(
      'ValueError',
      'state-type',
      `stateType must be float, or int or uint followed by 8, 16, 32 or 64; got ${JSON.stringify(type)}`,
    );
  }
  const size = bits[width]!;
  return unsigned
    ? { low: 0, high: 2 ** size - 1, whole: true }
    : { low: -(2 ** (size - 1)), high: 2 ** (size - 1) - 1, whole: true };
}

/** A number in the range, without its fraction where that is whole. */
export function castTo({ low, high, whole }: StateRange, value: number): number {
  const limited = Math.min(Math.max(value, low), high);
  return whole ? Math.trunc(limited) : limited;
}

/** The same in a program, where the limits are parameters. */
export function castIn(op: Ops, { low, high, whole }: { low: Expr; high: Expr; whole: boolean }) {
  return (value: Operand): Expr => {
    const limited = op.min(op.max(value, low), high);
    if (!whole) return limited;
    return op.select(op.lt(limited, 0), op.neg(op.floor(op.neg(limited))), op.floor(limited));
  };
}
