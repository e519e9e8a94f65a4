// The two kinds of random programs. Wild ones use every operation on any number, and are compared where a backend
// promises bits. Tame ones keep to eighths from −8 to 8, on which nothing is ever rounded: any backend gets them right.
import type { Dtype, Expr, OpName, Ops } from '@rp/dynamics';
import { edges } from '../edges.ts';
import type { Random } from '../prng.ts';

export interface Style {
  readonly name: 'wild' | 'tame';
  /** Whether programs of this style use an operation. */
  readonly uses: (op: OpName) => boolean;
  /** A number for parameters, states, inputs and constants; often zero. */
  readonly draw: (random: Random) => number;
  /** Brings the result of arithmetic back to numbers of this style. */
  readonly settle: (op: Ops, x: Expr) => Expr;
}

const rounding = new Set<OpName>(['div', 'floorDiv', 'sqrt', 'exp', 'log', 'tanh', 'normal']);

const eighths = (random: Random) => (random.below(129) - 64) / 8;

export const tame: Style = {
  name: 'tame',
  uses: (op) => !rounding.has(op),
  draw: (random) => (random.chance(30) ? 0 : eighths(random)),
  settle: (op, x) => op.min(op.max(op.mul(op.floor(op.mul(x, 8)), 0.125), -8), 8),
};

export function wild(dtype: Dtype): Style {
  const special = edges(dtype);
  return {
    name: 'wild',
    uses: () => true,
    draw: (random) => {
      if (random.chance(25)) return 0;
      if (random.chance(8)) return random.pick(special);
      return random.chance(30) ? eighths(random) : (random.word() / 2 ** 32 - 0.5) * 4;
    },
    settle: (_, x) => x,
  };
}
