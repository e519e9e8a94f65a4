// Random numbers for weights. Every function that draws takes a generator, so that a network can be made again.

/** Uniform numbers from 0 (included) to 1 (excluded), as `Math.random` gives them. */
export type Random = () => number;

/**
 * A generator that gives the same numbers for the same seed, everywhere: the mixed steps of a 32-bit counter. Good for
 * weights and pictures; not for cryptography.
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return ((z ^ (z >>> 16)) >>> 0) / 2 ** 32;
  };
}

/** A number from the standard normal distribution (Box and Muller's method). */
export function normal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return radius * Math.cos(2 * Math.PI * random());
}

/** A whole number from 0 to `count − 1`. */
export function below(count: number, random: Random): number {
  return Math.floor(random() * count);
}

/** Brings the elements into a random order, in place. */
export function shuffle(elements: Float64Array, random: Random): void {
  for (let last = elements.length - 1; last > 0; last--) {
    const other = below(last + 1, random);
    [elements[last], elements[other]] = [elements[other]!, elements[last]!];
  }
}
