// Round numbers within limits, for axes.

/** Multiples of 1, 2 or 5 times a power of ten between the limits: about `count` of them. */
export function roundTicks(low: number, high: number, count: number): number[] {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough * 0.999)!;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  const digits = Math.max(-Math.floor(Math.log10(step) + 1e-9), 0);
  return Array.from({ length: Math.max(last - first + 1, 0) }, (_, i) =>
    Number(((first + i) * step).toFixed(Math.min(digits, 20))),
  );
}

/** A number with the three digits that matter on a scale of the given span. */
export function shortNumber(value: number, span: number): string {
  const isNothing = Math.abs(value) < span / 1000;
  return isNothing ? '0' : String(Number(value.toPrecision(3)));
}
