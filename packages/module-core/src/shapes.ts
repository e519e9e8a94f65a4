// Shapes as people write them, and as text.
//   3          the shape (3,)
//   [2, 3]     one shape, (2, 3)          []  the shape of a single number, ()
//   [[3], []]  alternatives: (3,) or ()   [[2, 2], 4]  (2, 2) or (4,)
import { fail, show } from './fail.ts';

/** A list of shapes of which each is permitted; the first is the one that initialisers get. */
export class ShapeAlternatives {
  readonly shapes: readonly (number | readonly number[])[];

  constructor(shapes: readonly (number | readonly number[])[]) {
    this.shapes = [...shapes];
  }
}

/** `oneOfShapes(3, 4)` permits (3,) and (4,), which the list `[3, 4]` alone would not: that is the shape (3, 4). */
export function oneOfShapes(...shapes: (number | readonly number[])[]): ShapeAlternatives {
  return new ShapeAlternatives(shapes);
}

/** One shape or several to choose from; see the top of this file. */
export type ShapeInput =
  | number
  | readonly number[]
  | readonly (number | readonly number[])[]
  | ShapeAlternatives;

/**
 * The permitted shapes of a {@link ShapeInput}, as fresh lists.
 * @throws TypeError for anything else, or for an extent that is not a whole number.
 */
export function permittedShapes(input: ShapeInput): number[][] {
  if (input instanceof ShapeAlternatives) return input.shapes.map(oneShape);
  if (Array.isArray(input) && input.some((entry) => Array.isArray(entry))) return input.map(oneShape);
  return [oneShape(input)];
}

function oneShape(input: unknown): number[] {
  const extents: readonly unknown[] = Array.isArray(input) ? input : [input];
  return extents.map((extent) => {
    if (typeof extent === 'number' && Number.isInteger(extent)) return extent;
    throw fail(
      'TypeError',
      'shape-type',
      `a shape is a whole number or a list of whole numbers, got ${show(extent)}; ` +
        'write 3 for (3,), [2, 3] for (2, 3), [[3], []] for either (3,) or ()',
    );
  });
}

/** A shape in the way Python prints tuples: `(2, 3)`, `(3,)`, `()`. */
export function shapeText(shape: readonly (number | null)[]): string {
  const entries = shape.map((extent) => (extent === null ? 'None' : String(extent)));
  return entries.length === 1 ? `(${entries[0]},)` : `(${entries.join(', ')})`;
}
