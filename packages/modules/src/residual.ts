// Modules one after another, with the input added to the output.
import { AliasConnection, asGraphHolder, type GraphModuleBase } from '@rp/graph';
import { type ArrayInput, broadcastTo, type NdArray, toNdArray } from '@rp/ndarray';
import { fail } from './fail.ts';
import { Sequential } from './sequential.ts';
import type { StackArguments } from './stack-arguments.ts';
import type { StackPlan } from './stack-model.ts';

/** {@link Sequential} whose output is that of the last module plus the input. */
export class Residual extends Sequential {
  static override readonly className: string = 'ModResidual';

  /** @throws ValueError if the output is not as wide as the input, and as Sequential does. */
  constructor(...given: StackArguments) {
    super(...given);
    const [sizeIn, sizeOut] = [this.sizeIn, this.sizeOut];
    if (sizeIn === sizeOut) return;
    throw fail(
      'ValueError',
      'sizes-differ',
      `a Residual adds its ${sizeIn} inputs to its ${sizeOut} outputs; there must be equally many`,
    );
  }

  /** The graph of the sequence, and a connection from its inputs to its outputs. */
  override asGraph(): GraphModuleBase {
    const { inputNodes, outputNodes } = super.asGraph();
    return asGraphHolder(
      new AliasConnection({ inputNodes, outputNodes, name: `Residual_${this.name}_aliases` }),
    );
  }

  protected override stackPlan(): StackPlan {
    return { ...super.stackPlan(), addsInput: true };
  }

  protected override combinedOutput(output: NdArray, input: ArrayInput): NdArray {
    const [a, b] = [toNdArray(output), toNdArray(input)];
    const rank = Math.max(a.shape.length, b.shape.length);
    const extent = ({ shape }: NdArray, axis: number) => shape[axis - rank + shape.length] ?? 1;
    const shape = Array.from({ length: rank }, (_, axis) => Math.max(extent(a, axis), extent(b, axis)));
    const [left, right] = [broadcastTo(a, shape).data, broadcastTo(b, shape).data];
    return { data: left.map((value, index) => value + right[index]!), shape };
  }
}
