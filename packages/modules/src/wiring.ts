// How the modules of a network are wired: which signal goes into which module, through which weights, and what is added.
// Data, not code, so that a network can be run as one program (wiring-model.ts) or module by module (here).
import type { ModuleBase } from '@rp/module-core';
import { broadcastTo, type NdArray, toNdArray } from '@rp/ndarray';

/** The signal that comes from outside. */
export const INPUT = 'input';

/** Makes the signal `to` from others. */
export type WiringStep =
  | { readonly to: string; readonly module: string; readonly from: string }
  | { readonly to: string; readonly weights: NdArray; readonly from: string }
  | {
      readonly to: string;
      readonly sum: readonly [string, string];
      /** In graphs: whether both end in the same nodes, instead of the second being led to those of the first. */
      readonly merged?: boolean | undefined;
    };

/** A module under a name for the steps, and where it stands in dictionaries. Default: under that name. */
export type WiredModule = readonly [name: string, module: ModuleBase, path?: readonly string[]];

export interface Wiring {
  /** Names the network's program. */
  readonly name: string;
  /** All modules, in the order of the dictionaries of states and records. */
  readonly modules: readonly WiredModule[];
  /** Each after those whose signals it needs. A module stands in one step only. */
  readonly steps: readonly WiringStep[];
  /** The signal that is given out. */
  readonly output: string;
  /** Whether what a module gives out is recorded, always, as `{name}_output`. */
  readonly recordsOutput: (name: string) => boolean;
}

/** A chain of modules; `weightsBefore` module i, if there are any. */
export function chain(
  modules: readonly WiredModule[],
  weightsBefore: (index: number) => NdArray | null = () => null,
): { readonly steps: WiringStep[]; readonly output: string } {
  const steps: WiringStep[] = [];
  let from = INPUT;
  modules.forEach(([name], index) => {
    const weights = weightsBefore(index);
    if (weights !== null) {
      steps.push({ to: `weighted ${index}`, weights, from });
      from = `weighted ${index}`;
    }
    steps.push({ to: `${index}`, module: name, from });
    from = `${index}`;
  });
  return { steps, output: from };
}

/** Rows times weights as programs compute it: zeros left out, in ascending order. */
export function weighted({ data, shape }: NdArray, weights: NdArray): NdArray<Float64Array> {
  const [width = 0, posts = 0] = weights.shape;
  const rows = width === 0 ? 0 : data.length / width;
  const sums = new Float64Array(rows * posts);
  for (let row = 0; row < rows; row++) {
    for (let pre = 0; pre < width; pre++) {
      const x = data[row * width + pre]!;
      if (x === 0) continue;
      for (let post = 0; post < posts; post++) {
        sums[row * posts + post]! += x * weights.data[pre * posts + post]!;
      }
    }
  }
  return { data: sums, shape: [...shape.slice(0, -1), posts] };
}

/** The sum of two arrays by NumPy's broadcasting. */
export function summed(left: NdArray, right: NdArray): NdArray<Float64Array> {
  const [a, b] = [toNdArray(left), toNdArray(right)];
  const rank = Math.max(a.shape.length, b.shape.length);
  const extent = ({ shape }: NdArray, axis: number) => shape[axis - rank + shape.length] ?? 1;
  const shape = Array.from({ length: rank }, (_, axis) =>
    extent(a, axis) === 1 ? extent(b, axis) : extent(a, axis),
  );
  const other = broadcastTo(b, shape).data;
  return { data: broadcastTo(a, shape).data.map((value, index) => value + other[index]!), shape };
}
