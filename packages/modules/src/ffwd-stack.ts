// Modules one after another with weights between them.
import { connectModules, GraphHolder, type GraphModuleBase, LinearWeights } from '@rp/graph';
import { type InitFunc, Parameter } from '@rp/module-core';
import { type NdArray, zeros } from '@rp/ndarray';
import { fail } from './fail.ts';
import { graphName } from './graph-name.ts';
import { ModuleStack } from './module-stack.ts';
import { columns } from './numbers.ts';
import { type StackArguments, type Stackable, type StackOptions, stackParts } from './stack-arguments.ts';
import type { Link, StackPlan } from './stack-model.ts';

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

  protected override stackPlan(): StackPlan {
    const last = this.length - 1;
    return {
      name: this.className,
      modules: this.stacked(),
      linkBefore: (index, parts) => this.linkBefore(index, parts),
      recordsOutput: (index) => index < last,
    };
  }

  protected override linkedInput(index: number, output: NdArray): NdArray {
    return product(output, this.weightBefore(index));
  }

  private add(name: string, module: Stackable): void {
    if (name in this)
      throw fail('ValueError', 'name-taken', `${this.fullName} already has something called \`${name}\``);
    this.registerModule(name, module);
  }

  private weightBefore(index: number): NdArray {
    return this.getAttribute(weightName(index)) as NdArray;
  }

  private linkBefore(index: number, parts: number): Link {
    const weights = this.weightBefore(index);
    return {
      shape: [weights.shape[0]!, weights.shape[1]!],
      weights: Array.from({ length: parts }, (_, part) => columns(weights, part, parts)),
    };
  }
}

function weightName(index: number): string {
  return `${index - 1}_${index}_weight`;
}

/** Rows times weights as programs compute it: zeros left out, in ascending order. */
function product({ data, shape }: NdArray, weights: NdArray): NdArray {
  const [width = 0, posts = 0] = weights.shape;
  const rows = width === 0 ? 0 : data.length / width;
  const sums = new Float64Array(rows * posts);
  for (let row = 0; row < rows; row++) {
    for (let pre = 0; pre < width; pre++) {
      const x = data[row * width + pre]!;
      if (x === 0) continue;
      for (let post = 0; post < posts; post++)
        sums[row * posts + post]! += x * weights.data[pre * posts + post]!;
    }
  }
  return { data: sums, shape: [...shape.slice(0, -1), posts] };
}
