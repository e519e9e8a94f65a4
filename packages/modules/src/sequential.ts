// Modules one after another; each takes the output of the one before it.
import { connectModules, GraphHolder, type GraphModuleBase } from '@rp/graph';
import { fail } from './fail.ts';
import { graphName } from './graph-name.ts';
import { ModuleStack } from './module-stack.ts';
import { requireModule, type StackArguments, type Stackable, stackParts } from './stack-arguments.ts';
import { chain, type Wiring } from './wiring.ts';

/**
 * Modules one after another.
 *
 * `new Sequential(new Linear(…), new LIF(…))` calls them `0_Linear` and `1_LIF`;
 * `new Sequential({ enc: new Linear(…), cells: new LIF(…) })` uses names of one's own; options such as
 * `{ backend }` come last. States, parameters and records are nested under these names; the record also holds what
 * every module gave out, `0_Linear_output`, whether it was asked for or not.
 *
 * Where every module has a program, the whole runs as one (see README); the results have the same bits.
 */
export class Sequential extends ModuleStack {
  static readonly className: string = 'ModSequential';
  private ends: readonly Stackable[] = [];

  /** @throws ValueError for neighbours whose sizes differ, a name that is taken, and a `shape` in the options. */
  constructor(...given: StackArguments) {
    const { modules, options } = stackParts('Sequential', given);
    super([0, 0], options, false, false);
    for (const [name, module] of modules) this.append(module, name);
  }

  override get shape(): readonly (number | null)[] {
    const [first, last] = [this.ends?.[0], this.ends?.at(-1)];
    return first === undefined || last === undefined ? [0, 0] : [first.sizeIn, last.sizeOut];
  }

  override get spikingInput(): boolean {
    return this.ends?.[0]?.spikingInput ?? false;
  }

  override get spikingOutput(): boolean {
    return this.ends?.at(-1)?.spikingOutput ?? false;
  }

  /**
   * Puts a module behind the others.
   * @param name Default: `{number of modules}_{className}`.
   * @throws ValueError for a name that is taken, and for a module of another size than what the others give out.
   */
  append(module: Stackable, name?: string): void {
    requireModule('Sequential', module);
    const chosen = name ?? `${this.length}_${module.className}`;
    if (chosen in this) {
      throw fail('ValueError', 'name-taken', `${this.fullName} already has something called \`${chosen}\``);
    }
    const [sizeOut, sizeIn] = [this.sizeOut as number | null, module.sizeIn as number | null];
    if (this.length > 0 && sizeOut !== null && sizeIn !== null && sizeOut !== sizeIn) {
      throw fail(
        'ValueError',
        'sizes-differ',
        `${module.fullName} has ${sizeIn} inputs; the module before it gives out ${sizeOut} channels`,
      );
    }
    this.registerModule(chosen, module);
    this.ends = [this.ends[0] ?? module, module];
  }

  /** The graphs of the modules, each joined to the next. */
  override asGraph(): GraphModuleBase {
    const graphs = this.stacked().map(([, module]) => module.asGraph());
    graphs.slice(1).forEach((graph, index) => {
      connectModules(graphs[index]!, graph);
    });
    return new GraphHolder({
      inputNodes: graphs[0]?.inputNodes,
      outputNodes: graphs.at(-1)?.outputNodes,
      name: graphName(this),
      computationalModule: this,
    });
  }

  protected override wiring(): Wiring {
    const modules = this.stacked();
    return { name: this.className, modules, ...chain(modules), recordsOutput: () => true };
  }
}
