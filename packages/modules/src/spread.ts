// Over how many vectors of the program each signal of a network is spread, and with which programs its modules make
// them: or else why the network can't run as one program.
import type { ModuleBase } from '@rp/module-core';
import { inParts, whyWhole } from './in-parts.ts';
import { ProgramModule } from './program-module.ts';
import type { StepModel } from './step-model.ts';
import type { Wiring, WiringStep } from './wiring.ts';

export interface Spread {
  readonly models: ReadonlyMap<string, StepModel>;
  /** Over how many vectors a signal is spread. */
  readonly of: (signal: string) => number;
}

type ModuleStep = Extract<WiringStep, { module: string }>;

/**
 * From the last step to the first: each module is asked for as many outputs as its signal is needed in.
 * @param parts Over how many vectors to spread the output; undefined for any number.
 * @returns the spread, or why there is none.
 */
export function spreadOf(wiring: Wiring, parts: number | undefined): Spread | string {
  if (wiring.steps.length === 0) return 'there is no module in it';
  const twice = standingTwice(wiring.modules.map(([, module]) => module));
  if (twice !== undefined) return `${twice.fullName} stands in two places, and has one state for both`;
  const reader = new SpreadReader(wiring, parts);
  for (const step of [...wiring.steps].reverse()) {
    const problem = reader.read(step);
    if (problem !== null) return problem;
  }
  return { models: reader.models, of: (signal) => reader.wanted.get(signal) ?? 1 };
}

/** A module that is in several places: run one by one, the second goes on from the state that the first left. */
function standingTwice(modules: readonly ModuleBase[]): ModuleBase | undefined {
  const seen = new Set<ModuleBase>();
  return modules.flatMap(innermost).find((module) => seen.size === seen.add(module).size);
}

function innermost(module: ModuleBase): ModuleBase[] {
  const inner = Object.values(module.modules());
  return inner.length === 0 ? [module] : inner.flatMap(innermost);
}

class SpreadReader {
  readonly models = new Map<string, StepModel>();
  readonly wanted: Map<string, number>;
  private readonly modules: ReadonlyMap<string, unknown>;
  /** Who asked for a signal in how many parts, for messages. */
  private readonly takers = new Map<string, string>();
  private looped: string | undefined = undefined;

  constructor({ modules, output }: Wiring, parts: number | undefined) {
    this.modules = new Map(modules.map(([name, module]) => [name, module]));
    this.wanted = new Map(parts === undefined ? [] : [[output, parts]]);
    if (parts !== undefined) this.takers.set(output, 'what follows');
  }

  /** Takes a step into account; says why that can't be done. */
  read(step: WiringStep): string | null {
    const needed = this.wanted.get(step.to);
    if ('sum' in step) {
      const count = needed ?? 1;
      return this.want(step.to, count, 'a sum') ?? this.wantAll(step.sum, count, 'a sum');
    }
    if ('weights' in step) {
      return this.want(step.to, needed ?? 1, 'weights') ?? this.want(step.from, 1, 'weights');
    }
    return this.readModule(step, needed);
  }

  private readModule(step: ModuleStep, needed: number | undefined): string | null {
    const model = this.modelOf(step, needed);
    if (typeof model === 'string') return model;
    const name = `\`${step.module}\``;
    if (model.alone) return `${name} looks at its whole input or output at once`;
    if (model.program.loop !== undefined) {
      if (this.looped !== undefined) return `${name} has a loop, and so has ${this.looped}; a step has one`;
      this.looped = name;
    }
    this.models.set(step.module, model);
    return this.want(step.to, model.outputs.length, name) ?? this.want(step.from, model.inputs.length, name);
  }

  private modelOf({ module: name, to }: ModuleStep, needed: number | undefined): StepModel | string {
    const module = this.modules.get(name);
    if (!(module instanceof ProgramModule)) return `\`${name}\` has no step program`;
    const model = module.stepModel(needed);
    if (model !== null) return model;
    const whole = module.stepModel();
    if (whole === null || needed === undefined) return `\`${name}\` ${module.whyNoProgram()}`;
    return (
      inParts(whole, needed) ??
      `${this.takers.get(to)} takes what \`${name}\` gives dealt out to ${needed} synapses per neuron, which needs ` +
        `weights in between: ${whyWhole(whole, needed)}`
    );
  }

  private wantAll(signals: readonly string[], count: number, taker: string): string | null {
    for (const signal of signals) {
      const problem = this.want(signal, count, taker);
      if (problem !== null) return problem;
    }
    return null;
  }

  private want(signal: string, count: number, taker: string): string | null {
    const known = this.wanted.get(signal);
    if (known === undefined) {
      this.wanted.set(signal, count);
      this.takers.set(signal, taker);
    }
    if (known === undefined || known === count) return null;
    return (
      `${taker} takes a signal dealt out to ${count} synapses per neuron, ${this.takers.get(signal)} the same one ` +
      `to ${known}`
    );
  }
}
