// Weights as whole numbers of equal connections, as some chips have them.
import type { ArrayInput } from '@rp/ndarray';
import { requireCount, requireMatrix, type WeightMatrix } from './matrix.ts';

export interface DiscretiseOptions {
  /** The most connections between two neurons. Default 3. */
  readonly maxNumConnections?: number | undefined;
  /** The most sources of a neuron; the weakest are left out. Default: no limit. */
  readonly maxNumInputs?: number | null | undefined;
  /** The most targets of a neuron; the weakest are left out. Default: no limit. */
  readonly maxNumOutputs?: number | null | undefined;
}

export interface DiscretisedWeights {
  readonly weights: WeightMatrix;
  /** Numbers of connections, negative for inhibitory ones. */
  readonly counts: WeightMatrix;
  /** The strength of one excitatory connection. */
  readonly unitExc: number;
  /** The strength of one inhibitory connection, as a positive number. */
  readonly unitInh: number;
}

/**
 * Rounds excitatory and inhibitory weights to multiples of a unit each: the largest weight divided by
 * `maxNumConnections`; a half goes to the even number.
 */
export function discretiseWeightMatrix(
  weights: ArrayInput,
  { maxNumConnections = 3, maxNumInputs = null, maxNumOutputs = null }: DiscretiseOptions = {},
): DiscretisedWeights {
  const levels = requireCount(maxNumConnections, 'maxNumConnections');
  const given = requireMatrix(weights, 'weights');
  const data = given.data;
  if (maxNumInputs !== null) keepStrongest(given, 'column', requireCount(maxNumInputs, 'maxNumInputs', 0));
  if (maxNumOutputs !== null) keepStrongest(given, 'row', requireCount(maxNumOutputs, 'maxNumOutputs', 0));
  const unitExc = data.reduce((most, weight) => Math.max(most, weight), 0) / levels;
  const unitInh = data.reduce((most, weight) => Math.max(most, -weight), 0) / levels;
  const counts = data.map((weight) => {
    if (weight === 0) return 0;
    return weight > 0 ? roundHalfToEven(weight / unitExc) : -roundHalfToEven(-weight / unitInh);
  });
  const { shape } = given;
  return {
    weights: { data: counts.map((count) => count * (count > 0 ? unitExc : unitInh)), shape },
    counts: { data: counts, shape },
    unitExc,
    unitInh,
  };
}

/** Sets all but the `most` largest magnitudes of each row or column to zero. */
function keepStrongest({ data, shape }: WeightMatrix, along: 'row' | 'column', most: number): void {
  const [rows, columns] = shape as [number, number];
  const lines = along === 'row' ? rows : columns;
  for (let line = 0; line < lines; line++) {
    const places = Array.from({ length: along === 'row' ? columns : rows }, (_, place) =>
      along === 'row' ? line * columns + place : place * columns + line,
    );
    places.sort((a, b) => Math.abs(data[b]!) - Math.abs(data[a]!));
    for (const place of places.slice(most)) data[place] = 0;
  }
}

function roundHalfToEven(value: number): number {
  const rounded = Math.round(value);
  return Math.abs(value % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
