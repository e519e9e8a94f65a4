// Neurons that fire as often as they can within one time step, a part of their voltage lost with each spike.
import type { Expr, Ops } from '@rp/dynamics';

/** So often a neuron may fire in one time step; a layer that needs more has a `vSubtract` far too small. */
const mostRounds = 1_000_000;

export interface Rounds {
  readonly v: Expr;
  readonly vThresh: Expr;
  /** The voltage after a spike. */
  readonly lowered: (v: Expr) => Expr;
}

/** The voltages when no neuron reaches its threshold any more, and how often each has fired. */
export function spikeRounds(
  op: Ops,
  { v, vThresh, lowered }: Rounds,
): { readonly v: Expr; readonly count: Expr } {
  return op.loop({
    limit: mostRounds,
    carried: { v: ['n'], count: ['n'] },
    start: { v, count: 0 },
    while: (now) => op.any(op.ge(now.v, vThresh)),
    body: (now) => {
      const fires = op.ge(now.v, vThresh);
      return {
        next: {
          v: op.select(fires, lowered(now.v), now.v),
          count: op.add(now.count, op.toFloat(fires)),
        },
      };
    },
  });
}
