// Modules one after another, with the input added to the output.
import { AliasConnection, asGraphHolder, type GraphModuleBase } from '@rp/graph';
import { fail } from './fail.ts';
import { Sequential } from './sequential.ts';
import type { StackArguments } from './stack-arguments.ts';
import { INPUT, type Wiring } from './wiring.ts';

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

  protected override wiring(): Wiring {
    const { steps, output, ...sequence } = super.wiring();
    return {
      ...sequence,
      steps: [...steps, { to: 'with the input', sum: [output, INPUT] }],
      output: 'with the input',
    };
  }
}
