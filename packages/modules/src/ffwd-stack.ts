// Modules one after another with weights between them.
import { connectModules, GraphHolder, type GraphModuleBase, LinearWeights } from '@rp/graph';
import { type InitFunc, Parameter } from '@rp/module-core';
import { type NdArray, zeros } from '@rp/ndarray';
import { fail } from './fail.ts';
import { graphName } from './graph-name.ts';
import { ModuleStack } from './module-stack.ts';
import { type StackArguments, type Stackable, type StackOptions, stackParts } from './stack-arguments.ts';
import { chain, type Wiring } from './wiring.ts';

export interface FFwdStackOptions extends StackOptions {
  /** Makes the weights between the modules. Default: zeros. */
  readonly weightInitFunc?: InitFunc | undefined;
}

/**
 * Modules one after another, with dense weights between neighbours: the parameters `0_1_weight`, `1_2_weight`, …
 * of shape (outputs of the one, inputs of the other) and family `weights`. Names as in {@link Sequential}; the
 * record also holds what every module but the last gave out.
 */
export class FFwdStack extends ModuleStack {
  static readonly className: string = 'ModFFwdStack';

  /** @throws ValueError for fewer than two modules, and for a `shape` in the options. */
  constructor(...given: readonly (StackArguments[number] | FFwdStackOptions)[]) {
    const { modules, options } = stackParts('FFwdStack', given as StackArguments);
    const [first, last] = [modules[0]?.[1], modules.at(-1)?.[1]];
    if (first === undefined || last === undefined || modules.length < 2) {
      throw fail(
        'ValueError',
        'too-few-modules',
        `FFwdStack needs at least two modules, got ${modules.length}`,
      );
    }
    super([first.sizeIn, last.sizeOut], options, first.spikingInput, last.spikingOutput);
    const initFunc = (options as FFwdStackOptions).weightInitFunc ?? zeros;
    modules.slice(1).forEach(([, module], index) => {
      const shape = [modules[index]![1].sizeOut, module.sizeIn];
      this.registerAttribute(weightName(index + 1), new Parameter({ family: 'weights', initFunc, shape }));
    });
    for (const [name, module] of modules) this.add(name, module);
  }

  /** The graphs of the modules, joined by their weights. */
  override asGraph(): GraphModuleBase {
    const graphs = this.stacked().map(([, module]) => module.asGraph());
    graphs.slice(1).forEach((graph, index) => {
      const weights = this.weightBefore(index + 1);
      const link = LinearWeights.factory(weights.shape[0]!, weights.shape[1]!, {
        name: `${graphName(this, weightName(index + 1))}`,
        computationalModule: this,
        weights,
      });
      connectModules(graphs[index]!, link);
      connectModules(link, graph);
    });
    return new GraphHolder({
      inputNodes: graphs[0]!.inputNodes,
      outputNodes: graphs.at(-1)!.outputNodes,
      name: graphName(this),
      computationalModule: this,
    });
  }

  protected override wiring(): Wiring {
    const modules = this.stacked();
    const last = modules.at(-1)![0];
    return {
      name: this.className,
      modules,
      ...chain(modules, (index) => (index === 0 ? null : this.weightBefore(index))),
      recordsOutput: (name) => name !== last,
    };
  }

  private add(name: string, module: Stackable): void {
    if (name in this)
      throw fail('ValueError', 'name-taken', `${this.fullName} already has something called \`${name}\``);
    this.registerModule(name, module);
  }

  private weightBefore(index: number): NdArray {
    return this.getAttribute(weightName(index)) as NdArray;
  }
}

function weightName(index: number): string {
  return `${index - 1}_${index}_weight`;
}
