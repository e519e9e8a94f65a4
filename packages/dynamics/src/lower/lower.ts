// Replaces the composite operations by one shared sequence of basic ones, so that every backend computes the
// same bits. What a sequence looks like may depend on the dtype, nothing else.
import { Expr, Ops } from '../expression.ts';
import type { CompositeOp } from '../operations.ts';
import { operations } from '../operations.ts';
import { type StepProgram, type Value, withResults } from '../program.ts';
import { pruned } from '../prune.ts';
import type { Dtype } from '../run.ts';
import { ValueList } from '../value-list.ts';
import { lowerExp } from './exp.ts';
import { lowerFloorDiv } from './floor-div.ts';
import { lowerLog } from './log.ts';
import { lowerNormal } from './normal.ts';
import { lowerTanh } from './tanh.ts';

/** What a lowering works with: the operations on the new program, and the value that it replaces. */
export interface Lowering {
  readonly op: Ops;
  readonly list: ValueList;
  readonly dtype: Dtype;
  readonly value: Value;
}

const lowerings: Readonly<Record<CompositeOp, (lowering: Lowering, ...operands: [Expr, Expr]) => Expr>> = {
  exp: lowerExp,
  log: lowerLog,
  tanh: lowerTanh,
  normal: lowerNormal,
  floorDiv: lowerFloorDiv,
};

/** The same program in basic operations only, for one dtype. */
export function lowerProgram(program: StepProgram, dtype: Dtype): StepProgram {
  const list = new ValueList(program.name);
  const op = new Ops(list);
  const ids: number[] = [];
  for (const value of program.values) {
    const args = value.args.map((arg) => ids[arg]!);
    const lower = operations[value.op].basic ? undefined : lowerings[value.op as CompositeOp];
    if (lower === undefined) ids.push(list.add({ ...value, args }));
    else {
      const operand = (place: number) => new Expr(list, args[place] ?? op.idOf(0));
      ids.push(lower({ op, list, dtype, value }, operand(0), operand(1)).id);
    }
  }
  return pruned(withResults({ ...program, values: list.values }, (id) => ids[id]!));
}
