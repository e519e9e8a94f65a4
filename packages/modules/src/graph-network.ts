// A network of modules with any wiring that has no way back: what a graph becomes that is more than a row of modules.
import {
  AliasConnection,
  connectModules,
  GraphHolder,
  type GraphModuleBase,
  type GraphNode,
  makeNodes,
} from '@rp/graph';
import { fail } from './fail.ts';
import { graphName } from './graph-name.ts';
import { ModuleStack } from './module-stack.ts';
import type { ProgramOptions } from './program-module.ts';
import type { Stackable } from './stack-arguments.ts';
import { INPUT, type Wiring, type WiringStep } from './wiring.ts';

export interface GraphNetworkOptions extends Omit<ProgramOptions, 'seed'> {
  readonly sizeIn: number;
  readonly sizeOut: number;
  /** By the names that the steps use. */
  readonly modules: Readonly<Record<string, Stackable>>;
  /** Each after those whose signals it needs. */
  readonly steps: readonly Exclude<WiringStep, { weights: unknown }>[];
  /** The signal that is given out. */
  readonly output: string;
}

/**
 * Modules that are wired by a list of steps: `{ to: 'a', module: 'enc', from: INPUT }` and
 * `{ to: 'b', sum: ['a', INPUT] }`. States, parameters and records are nested under the modules' names.
 */
export class GraphNetwork extends ModuleStack {
  static readonly className: string = 'GraphNetwork';
  private readonly steps: GraphNetworkOptions['steps'];
  private readonly output: string;

  /** @throws ValueError for a step whose module or signal isn't there, and for a module that stands in two steps. */
  constructor({ sizeIn, sizeOut, modules, steps, output, ...options }: GraphNetworkOptions) {
    requireWiring(modules, steps, output);
    const entering = steps.find((step) => 'module' in step && step.from === INPUT);
    const leaving = steps.find(({ to }) => to === output);
    const at = (step: WiringStep | undefined) =>
      step && 'module' in step ? modules[step.module] : undefined;
    super(
      [sizeIn, sizeOut],
      options,
      at(entering)?.spikingInput ?? false,
      at(leaving)?.spikingOutput ?? false,
    );
    this.steps = steps;
    this.output = output;
    for (const [name, module] of Object.entries(modules)) this.registerModule(name, module);
  }

  /** The graphs of the modules, joined as the steps say. */
  override asGraph(): GraphModuleBase {
    const inputNodes = makeNodes(this.sizeIn);
    const signals = new Map<string, GraphModuleBase>([[INPUT, bundle(inputNodes)]]);
    for (const step of this.steps) {
      if ('module' in step) {
        const graph = this.at(step.module).asGraph();
        connectModules(signals.get(step.from)!, graph);
        signals.set(step.to, graph);
        continue;
      }
      const [first, second] = step.sum.map((signal) => signals.get(signal)!) as [
        GraphModuleBase,
        GraphModuleBase,
      ];
      if (step.merged === true) connectModules(first, bundle(second.outputNodes));
      else
        new AliasConnection({
          inputNodes: second.outputNodes,
          outputNodes: first.outputNodes,
          name: `${graphName(this)}_aliases`,
        });
      signals.set(step.to, first);
    }
    return new GraphHolder({
      inputNodes,
      outputNodes: signals.get(this.output)!.outputNodes,
      name: graphName(this),
      computationalModule: this,
    });
  }

  protected override wiring(): Wiring {
    const { steps, output } = this;
    return { name: this.className, modules: this.stacked(), steps, output, recordsOutput: () => true };
  }
}

/** Nodes that go in and out. */
function bundle(nodes: Iterable<GraphNode>): GraphHolder {
  return new GraphHolder({ inputNodes: nodes, outputNodes: nodes });
}

function requireWiring(
  modules: GraphNetworkOptions['modules'],
  steps: GraphNetworkOptions['steps'],
  output: string,
): void {
  const refuse = (problem: string) => fail('ValueError', 'wiring', `GraphNetwork: ${problem}`);
  const signals = new Set([INPUT]);
  const used = new Set<string>();
  for (const step of steps) {
    const needed = 'module' in step ? [step.from] : step.sum;
    const missing = needed.find((signal) => !signals.has(signal));
    if (missing !== undefined)
      throw refuse(`the step for \`${step.to}\` needs \`${missing}\`, which no step before it makes`);
    if ('module' in step) {
      if (modules[step.module] === undefined) throw refuse(`there is no module \`${step.module}\``);
      if (used.has(step.module)) throw refuse(`the module \`${step.module}\` stands in two steps`);
      used.add(step.module);
    }
    signals.add(step.to);
  }
  if (!signals.has(output)) throw refuse(`no step makes the output \`${output}\``);
  const idle = Object.keys(modules).find((name) => !used.has(name));
  if (idle !== undefined) throw refuse(`the module \`${idle}\` stands in no step`);
}
