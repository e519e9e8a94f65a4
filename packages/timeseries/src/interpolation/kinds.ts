// The table of interpolation kinds.
import { fail } from '../error.ts';
import { linear, slinear } from './linear.ts';
import type { Knots, Sampler } from './sampler.ts';
import { cubic, quadratic } from './spline.ts';
import { nearest, nearestUp, next, previous, zero } from './step.ts';

/** How a continuous series is read between its samples. */
export type InterpKind =
  | 'previous'
  | 'next'
  | 'linear'
  | 'nearest'
  | 'nearest-up'
  | 'zero'
  | 'slinear'
  | 'quadratic'
  | 'cubic';

interface KindRule {
  readonly prepare: (knots: Knots) => Sampler;
  /** The degree of a spline, which needs one sample more than that, and times that increase strictly. */
  readonly splineOrder?: number;
}

const kinds: Readonly<Record<InterpKind, KindRule>> = {
  previous: { prepare: previous },
  next: { prepare: next },
  linear: { prepare: linear },
  nearest: { prepare: nearest },
  'nearest-up': { prepare: nearestUp },
  zero: { prepare: zero, splineOrder: 0 },
  slinear: { prepare: slinear, splineOrder: 1 },
  quadratic: { prepare: quadratic, splineOrder: 2 },
  cubic: { prepare: cubic, splineOrder: 3 },
};

const byOrder: readonly InterpKind[] = ['zero', 'slinear', 'quadratic', 'cubic'];

/**
 * The kind of that name. The numbers 0 to 3 are accepted for the splines of that degree.
 * @throws NotImplementedError for anything else.
 */
export function interpKindOf(name: string | number): InterpKind {
  const kind = typeof name === 'number' ? byOrder[name] : name;
  if (typeof kind === 'string' && Object.hasOwn(kinds, kind)) return kind as InterpKind;
  throw fail(
    'NotImplementedError',
    'interp-kind',
    `unknown interpolation kind ${JSON.stringify(name)}; known are ${Object.keys(kinds).join(', ')}`,
  );
}

/** @throws ValueError if a spline cannot pass through these times. */
export function checkKnots(kind: InterpKind, times: Float64Array): void {
  const order = kinds[kind].splineOrder;
  if (order === undefined || times.length < 2) return;
  if (times.length < order + 1) {
    throw fail(
      'ValueError',
      'spline-samples',
      `interpolation kind '${kind}' needs at least ${order + 1} samples, got ${times.length}`,
    );
  }
  const repeated = times.findIndex((time, i) => i > 0 && !(time > times[i - 1]!));
  if (repeated > 0) {
    throw fail(
      'ValueError',
      'spline-times',
      `interpolation kind '${kind}' needs strictly increasing times, but time ${repeated} is ${times[repeated]} after ${times[repeated - 1]}`,
    );
  }
}

/** Prepares reading between samples; at least two of them. */
export function prepareSampler(kind: InterpKind, knots: Knots): Sampler {
  return kinds[kind].prepare(knots);
}
