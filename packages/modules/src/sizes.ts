// Shapes as modules take them.
import { fail } from './fail.ts';

/** The one size of a shape n, [n] or [n, n]. @throws ValueError otherwise. */
export function squareSize(className: string, shape: number | readonly number[]): number {
  const sizes: readonly number[] = typeof shape === 'number' ? [shape] : shape;
  const [size] = sizes;
  if (size !== undefined && sizes.every((other) => other === size)) return size;
  throw fail('ValueError', 'shape', `${className} has as many outputs as inputs, got the shape [${sizes}]`);
}

/**
 * The sizes of neurons with synapses, from a shape n, [n] or [inputs, n].
 * @throws ValueError for more than two sizes, and for inputs that are no multiple of the neurons.
 */
export function synapseSizes(
  className: string,
  shape: number | readonly number[],
): { readonly sizeIn: number; readonly neurons: number; readonly synapses: number } {
  const sizes: readonly number[] = typeof shape === 'number' ? [shape] : shape;
  const sizeIn = sizes[0] ?? 0;
  const neurons = sizes.at(-1) ?? 0;
  const synapses = sizeIn / neurons;
  if (sizes.length <= 2 && Number.isInteger(synapses) && synapses > 0) return { sizeIn, neurons, synapses };
  throw fail(
    'ValueError',
    'shape',
    `${className} needs a shape n or [inputs, n] with the same whole number of inputs for each of n neurons, got [${sizes}]`,
  );
}
