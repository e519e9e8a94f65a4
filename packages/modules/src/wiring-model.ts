// The model of a network: the programs of its modules joined into one, which a backend runs as a whole network per time
// step. Bit for bit the same as running the modules one by one.
import { type Expr, Network, type StepProgram, type Tensor } from '@rp/dynamics';
import { Field, type Layout, prefixedLayout } from './layout.ts';
import { nested, suffixed } from './nesting.ts';
import { numbered } from './numbers.ts';
import { type Spread, spreadOf } from './spread.ts';
import type { StepModel } from './step-model.ts';
import { columns } from './weights.ts';
import { INPUT, type Wiring, type WiringStep } from './wiring.ts';

interface Member {
  readonly name: string;
  readonly path: readonly string[];
  readonly prefix: string;
  readonly model: StepModel;
  readonly sizeOut: number;
  /** Whether what goes in still has the leading axes of the network's input. */
  readonly keepsRank: boolean;
}

/**
 * Keeps the joined program for as long as the programs it was made from stay the same, because sessions are kept
 * by it.
 */
export class WiringModels {
  /** The last program for each number of parts: whoever asks for another one must not make the stack forget its own. */
  private readonly kept = new Map<number | undefined, { key: readonly unknown[]; program: StepProgram }>();

  /**
   * The model, or null where {@link spreadOf} says why there is none.
   * @param sizeIn The width of the input.
   * @param parts Over how many outputs of the program to spread the output; undefined for any number.
   */
  of(wiring: Wiring, sizeIn: number, parts: number | undefined): StepModel | null {
    const spread = spreadOf(wiring, parts);
    if (typeof spread === 'string') return null;
    const { members, keepsRank } = membersOf(wiring, spread.models);
    const weights = wiring.steps.flatMap((step) => ('weights' in step ? [step.weights.shape.join()] : []));
    const key = [
      JSON.stringify([wiring.name, wiring.steps.map(wireOf), wiring.output, weights, sizeIn, parts]),
      ...members.flatMap(({ model }) => [
        model.program,
        ...Object.values(model.dims),
        ...model.inputs,
        ...model.outputs,
      ]),
    ];
    let kept = this.kept.get(parts);
    if (kept === undefined || !sameItems(kept.key, key)) {
      kept = { key, program: joined(wiring, members, spread, sizeIn) };
      this.kept.set(parts, kept);
    }
    return {
      program: kept.program,
      dims: {},
      dt: 1,
      params: { ...Object.assign({}, ...members.map(paramsOf)), ...weightParams(wiring, spread) },
      inputs: numbered('input', spread.of(INPUT)),
      outputs: numbered('output', spread.of(wiring.output)),
      state: nested(
        members.map(({ path, model, prefix }) => [path, prefixedLayout(model.state, prefix)] as const),
      ),
      fresh: freshOf(members),
      record: recordLayout(wiring, members, ({ record }) => record),
      always: recordLayout(wiring, members, ({ always }) => always),
      keepsRank,
    };
  }
}

/** The step without its numbers. */
function wireOf(step: WiringStep): unknown {
  return 'weights' in step ? { to: step.to, weights: true, from: step.from } : step;
}

function membersOf(
  { modules, steps, output }: Wiring,
  models: ReadonlyMap<string, StepModel>,
): { readonly members: Member[]; readonly keepsRank: boolean } {
  const keeps = new Map<string, boolean>([[INPUT, true]]);
  const entering = new Map<string, boolean>();
  for (const step of steps) {
    if ('sum' in step)
      keeps.set(
        step.to,
        step.sum.every((signal) => keeps.get(signal)),
      );
    else if ('weights' in step) keeps.set(step.to, keeps.get(step.from)!);
    else {
      entering.set(step.module, keeps.get(step.from)!);
      keeps.set(step.to, keeps.get(step.from)! && models.get(step.module)!.keepsRank);
    }
  }
  const members = modules.map(([name, module, path = [name]], index) => ({
    name,
    path,
    prefix: `m${index}`,
    model: models.get(name)!,
    sizeOut: module.sizeOut,
    keepsRank: entering.get(name)!,
  }));
  return { members, keepsRank: keeps.get(output)! };
}

function joined(wiring: Wiring, members: readonly Member[], spread: Spread, sizeIn: number): StepProgram {
  const network = new Network(wiring.name);
  const byName = new Map(members.map((member) => [member.name, member]));
  const inputs = numbered('input', spread.of(INPUT)).map((name, _, all) =>
    network.input(name, [sizeIn / all.length]),
  );
  const signals = new Map<string, readonly Expr[]>([[INPUT, inputs]]);
  const records: Record<string, Expr> = {};
  wiring.steps.forEach((step, index) => {
    if ('sum' in step) {
      const [left, right] = step.sum.map((signal) => signals.get(signal)!);
      signals.set(
        step.to,
        left!.map((part, number) => network.op.add(part, right![number]!)),
      );
    } else if ('weights' in step) {
      const [from] = signals.get(step.from)!;
      signals.set(
        step.to,
        weightNames(index, spread.of(step.to)).map((name, _, all) => {
          const [rows = 0, width = 0] = step.weights.shape;
          return network.op.matvec(from!, network.param(name, [rows, width / all.length]));
        }),
      );
    } else {
      const { prefix, model } = byName.get(step.module)!;
      const from = signals.get(step.from)!;
      const leads = Object.fromEntries(model.inputs.map((name, part) => [name, from[part]!]));
      const { outputs } = network.place(prefix, model.program, model.dims, leads);
      signals.set(
        step.to,
        model.outputs.map((name) => outputs[name]!),
      );
      if (!wiring.recordsOutput(step.module)) return;
      numbered(`${prefix}_result`, model.outputs.length).forEach((name, part) => {
        records[name] = signals.get(step.to)![part]!;
      });
    }
  });
  const outputs = signals.get(wiring.output)!.map((part, index) => [`output${index}`, part] as const);
  return network.finish({ outputs: Object.fromEntries(outputs), records });
}

function weightNames(step: number, parts: number): string[] {
  return numbered(`weights${step}_`, parts);
}

function weightParams({ steps }: Wiring, { of }: Spread): Record<string, Tensor> {
  const entries = steps.flatMap((step, index) => {
    if (!('weights' in step)) return [];
    const names = weightNames(index, of(step.to));
    return names.map((name, part) => [name, columns(step.weights, part, names.length)] as const);
  });
  return Object.fromEntries(entries);
}

/** Parameters under their prefixed names, and the time step of each program as one of them. */
function paramsOf({ prefix, model }: Member): Record<string, Tensor | number> {
  const entries = Object.entries(model.params).map(([name, value]) => [`${prefix}_${name}`, value] as const);
  const usesDt = model.program.values.some(({ op }) => op === 'dt');
  return { ...Object.fromEntries(entries), ...(usesDt ? { [`${prefix}_dt`]: model.dt } : {}) };
}

function freshOf(members: readonly Member[]): StepModel['fresh'] {
  const fresh = members.filter(({ model }) => model.fresh !== undefined);
  if (fresh.length === 0) return undefined;
  return (batches, steps) =>
    Object.fromEntries(
      fresh.flatMap(({ prefix, model }) =>
        Object.entries(model.fresh!(batches, steps)).map(([name, value]) => [`${prefix}_${name}`, value]),
      ),
    );
}

function recordLayout(wiring: Wiring, members: readonly Member[], of: (model: StepModel) => Layout): Layout {
  const entries = members.flatMap(({ name, path, prefix, model, sizeOut, keepsRank }) => {
    // Fields of a module that keeps the rank have the axes of the module's own input.
    const own = [path, prefixedLayout(rankedLayout(of(model), keepsRank), prefix)] as const;
    if (!wiring.recordsOutput(name)) return [own];
    const parts = numbered(`${prefix}_result`, model.outputs.length);
    const output = new Field(parts, [sizeOut], keepsRank && model.keepsRank);
    return [own, [suffixed(path, '_output'), output] as const];
  });
  return nested<Field | Layout>(entries);
}

/** Where the input already has batch and steps, so have all recordings. */
function rankedLayout(layout: Layout, keepsRank: boolean): Layout {
  const entries = Object.entries(layout).map(([name, entry]) => {
    if (!(entry instanceof Field)) return [name, rankedLayout(entry, keepsRank)] as const;
    return [
      name,
      new Field(entry.parts, entry.shape, entry.keepsRank && keepsRank, entry.partShape),
    ] as const;
  });
  return Object.fromEntries(entries);
}

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
