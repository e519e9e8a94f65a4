// Butterworth filters as second-order sections: analog prototype, frequency transform, bilinear transform, and the
// pairing of poles with zeros. Sections are in the order and scaling that SciPy's `butter(…, output='sos')` gives.
import { fail } from './fail.ts';

/** b0, b1, b2, 1, a1, a2. */
export type Section = readonly [number, number, number, number, number, number];

interface Complex {
  readonly re: number;
  readonly im: number;
}

interface Filter {
  readonly zeros: readonly Complex[];
  readonly poles: readonly Complex[];
  readonly gain: number;
}

const real = (re: number): Complex => ({ re, im: 0 });
const add = (a: Complex, b: Complex): Complex => ({ re: a.re + b.re, im: a.im + b.im });
const subtract = (a: Complex, b: Complex): Complex => ({ re: a.re - b.re, im: a.im - b.im });
const scale = (a: Complex, by: number): Complex => ({ re: a.re * by, im: a.im * by });
const multiply = (a: Complex, b: Complex): Complex => ({
  re: a.re * b.re - a.im * b.im,
  im: a.re * b.im + a.im * b.re,
});
const magnitude = (a: Complex): number => Math.hypot(a.re, a.im);

function divide(a: Complex, b: Complex): Complex {
  const norm = b.re * b.re + b.im * b.im;
  return scale(multiply(a, { re: b.re, im: -b.im }), 1 / norm);
}

function squareRoot(a: Complex): Complex {
  const size = magnitude(a);
  const re = Math.sqrt((size + a.re) / 2);
  const im = Math.sqrt((size - a.re) / 2);
  return { re, im: a.im < 0 ? -im : im };
}

/**
 * A band-pass of `2 · order` poles.
 * @param low The lower edge in Hz, at which the gain is 1/√2; more than 0.
 * @param high The upper edge in Hz, less than half of `fs`.
 */
export function butterBandPass(order: number, low: number, high: number, fs: number): Section[] {
  requireFilter(order, [low, high], fs);
  const [from, to] = [warped(low, fs), warped(high, fs)];
  const width = to - from;
  const centre = from * to;
  const half = prototype(order).map((pole) => scale(pole, width / 2));
  const roots = half.map((pole) => squareRoot(subtract(multiply(pole, pole), real(centre))));
  const poles = [
    ...half.map((pole, i) => add(pole, roots[i]!)),
    ...half.map((pole, i) => subtract(pole, roots[i]!)),
  ];
  return sections(bilinear({ zeros: half.map(() => real(0)), poles, gain: width ** order }));
}

/**
 * A low-pass of `order` poles.
 * @param cutoff In Hz, where the gain is 1/√2; between 0 and half of `fs`.
 */
export function butterLowPass(order: number, cutoff: number, fs: number): Section[] {
  requireFilter(order, [cutoff], fs);
  const edge = warped(cutoff, fs);
  const poles = prototype(order).map((pole) => scale(pole, edge));
  return sections(bilinear({ zeros: [], poles, gain: edge ** order }));
}

function requireFilter(order: number, edges: readonly number[], fs: number): void {
  const inside = edges.every((edge) => edge > 0 && edge < fs / 2);
  if (Number.isInteger(order) && order > 0 && inside) return;
  throw fail(
    'ValueError',
    'filter',
    `a Butterworth filter needs an order of at least 1 and edges between 0 and ${fs / 2} Hz, got order ${order}, edges ${edges.join(', ')} Hz`,
  );
}

/** The poles of the analog low-pass of cut-off 1: evenly spaced on the left half of the unit circle. */
function prototype(order: number): Complex[] {
  return Array.from({ length: order }, (_, index) => {
    const angle = (Math.PI * (2 * index - order + 1)) / (2 * order);
    return { re: -Math.cos(angle), im: -Math.sin(angle) };
  });
}

/** The analog frequency that the bilinear transform takes to this one. Sampling is normalised to 2 per second. */
function warped(frequency: number, fs: number): number {
  return 4 * Math.tan((Math.PI * frequency) / fs);
}

/** From the analog to the digital filter; missing zeros come to lie at −1. */
function bilinear({ zeros, poles, gain }: Filter): Filter {
  const moved = (root: Complex) => divide(add(real(4), root), subtract(real(4), root));
  const product = (roots: readonly Complex[]) =>
    roots.reduce((all, root) => multiply(all, subtract(real(4), root)), real(1));
  const missing = Array.from({ length: poles.length - zeros.length }, () => real(-1));
  return {
    zeros: [...zeros.map(moved), ...missing],
    poles: poles.map(moved),
    gain: gain * divide(product(zeros), product(poles)).re,
  };
}

/**
 * Pairs of poles with the zeros nearest to them, beginning with the pole nearest to the unit circle, which goes into
 * the last section. The gain is in the first.
 */
function sections({ zeros, poles, gain }: Filter): Section[] {
  // With an odd number, a pole and a zero at 0 make up for what is missing.
  const odd = poles.length % 2 === 1 ? [real(0)] : [];
  const left = { poles: oneOfEachPair([...poles, ...odd]), zeros: oneOfEachPair([...zeros, ...odd]) };
  const found: Section[] = [];
  while (left.poles.length > 0) {
    const worst = takeBest(left.poles, (pole) => Math.abs(1 - magnitude(pole)));
    const partner = isReal(worst)
      ? takeBest(left.poles, (pole) =>
          isReal(pole) ? Math.abs(1 - magnitude(pole)) : Number.POSITIVE_INFINITY,
        )
      : conjugate(worst);
    const first = takeBest(left.zeros, (zero) => magnitude(subtract(zero, worst)));
    const second = isReal(first)
      ? takeBest(left.zeros, (zero) =>
          isReal(zero) ? magnitude(subtract(zero, worst)) : Number.POSITIVE_INFINITY,
        )
      : conjugate(first);
    found.unshift([...quadratic(first, second), ...quadratic(worst, partner)] as unknown as Section);
  }
  const [head, ...others] = found;
  const [b0, b1, b2, ...feedback] = head!;
  return [[b0 * gain, b1 * gain, b2 * gain, ...feedback], ...others];
}

function conjugate({ re, im }: Complex): Complex {
  return { re, im: -im };
}

const NEGLIGIBLE = 1e-12;

function isReal({ im }: Complex): boolean {
  return im === 0;
}

/** Of each conjugate pair the one above the real axis, then the real ones in ascending order. */
function oneOfEachPair(roots: readonly Complex[]): Complex[] {
  const tiny = (root: Complex) => Math.abs(root.im) <= NEGLIGIBLE * Math.max(1, magnitude(root));
  const pairs = roots.filter((root) => !tiny(root) && root.im > 0).sort((a, b) => a.re - b.re || a.im - b.im);
  const singles = roots.filter(tiny).map(({ re }) => real(re));
  return [...pairs, ...singles.sort((a, b) => a.re - b.re)];
}

function takeBest(roots: Complex[], costOf: (root: Complex) => number): Complex {
  let best = 0;
  roots.forEach((root, index) => {
    if (costOf(root) < costOf(roots[best]!)) best = index;
  });
  return roots.splice(best, 1)[0]!;
}

/** (x − a)(x − b) of two real or two conjugate roots. */
function quadratic(a: Complex, b: Complex): [number, number, number] {
  return [1, -(a.re + b.re), multiply(a, b).re];
}
