// The model of modules that run one after another: their programs joined into one, which a backend runs as a whole
// network per time step. Bit for bit the same as running the modules one by one.
import { type Expr, Network, type StepProgram, type Tensor } from '@rp/dynamics';
import type { ModuleBase } from '@rp/module-core';
import { Field, type Layout, prefixedLayout } from './layout.ts';
import { numbered } from './numbers.ts';
import { ProgramModule } from './program-module.ts';
import type { StepModel } from './step-model.ts';

/** What stands between two modules: nothing, or weights `[outputs, inputs]` (FFwdStack). */
export interface Link {
  /** As many as the inputs of the next module; see {@link splitColumns}. */
  readonly weights: readonly Tensor[];
  readonly shape: readonly [number, number];
}

export interface StackPlan {
  readonly name: string;
  readonly modules: readonly (readonly [name: string, module: ModuleBase])[];
  /** Before module i; the first is never there. Given how many parts the module wants its input in. */
  readonly linkBefore?: ((index: number, parts: number) => Link) | undefined;
  /** Whether the input is added to the output. */
  readonly addsInput?: boolean | undefined;
  /** Whether the output of module i is recorded, always. */
  readonly recordsOutput: (index: number) => boolean;
}

interface Member {
  readonly name: string;
  readonly prefix: string;
  readonly model: StepModel;
  readonly sizeOut: number;
}

/**
 * Keeps the joined program for as long as the programs it was made from stay the same, because sessions are kept
 * by it.
 */
export class StackModels {
  private key: readonly unknown[] = [];
  private program: StepProgram | undefined;

  /** The model, or null where a module has no program or a link would have to rearrange channels. */
  of(plan: StackPlan, parts: number | undefined): StepModel | null {
    const members = membersOf(plan, parts);
    if (members === null) return null;
    const { model: first } = members[0]!;
    const { model: last } = members.at(-1)!;
    if (plan.addsInput && first.inputs.length !== last.outputs.length) return null;
    const links = members.map(({ model }, index) =>
      index === 0 ? undefined : plan.linkBefore?.(index, model.inputs.length),
    );
    const key = [
      plan.addsInput,
      ...members.flatMap(({ model }) => [
        model.program,
        ...Object.values(model.dims),
        ...model.inputs,
        ...model.outputs,
      ]),
    ];
    if (this.program === undefined || !sameItems(this.key, key)) {
      this.program = joined(plan, members, links);
      this.key = key;
    }
    return {
      program: this.program,
      dims: {},
      dt: 1,
      params: { ...Object.assign({}, ...members.map(paramsOf)), ...linkParams(links) },
      inputs: numbered('input', first.inputs.length),
      outputs: numbered('output', last.outputs.length),
      state: layoutOf(members, ({ model }) => model.state),
      fresh: freshOf(members),
      record: withOutputs(plan, members, ({ model }) => model.record),
      always: withOutputs(plan, members, ({ model }) => model.always),
      keepsRank: members.every(({ model }) => model.keepsRank),
    };
  }
}

/** The models from the last to the first: each is asked for as many outputs as the next has inputs. */
function membersOf({ modules, linkBefore }: StackPlan, parts: number | undefined): Member[] | null {
  const members: Member[] = [];
  let wanted = parts;
  for (const [index, [name, module]] of [...modules.entries()].reverse()) {
    const model = module instanceof ProgramModule ? module.stepModel(wanted) : null;
    if (model === null || model.alone || (wanted !== undefined && model.outputs.length !== wanted))
      return null;
    members.unshift({ name, prefix: `m${index}`, model, sizeOut: module.sizeOut });
    wanted = linkBefore === undefined ? model.inputs.length : 1;
  }
  return members.length === 0 ? null : members;
}

function joined(
  plan: StackPlan,
  members: readonly Member[],
  links: readonly (Link | undefined)[],
): StepProgram {
  const network = new Network(plan.name);
  const { model: first } = members[0]!;
  const inputs = first.inputs.map((name, part) => {
    const { shape } = first.program.inputs[name]!;
    return network.input(
      `input${part}`,
      shape.map((dim) => (typeof dim === 'number' ? dim : first.dims[dim]!)),
    );
  });
  const records: Record<string, Expr> = {};
  let current = inputs;
  members.forEach(({ prefix, model }, index) => {
    const link = links[index];
    if (link !== undefined) current = linked(network, index, current[0]!, link);
    const { outputs } = network.place(
      prefix,
      model.program,
      model.dims,
      Object.fromEntries(model.inputs.map((name, part) => [name, current[part]!])),
    );
    current = model.outputs.map((name) => outputs[name]!);
    if (plan.recordsOutput(index)) {
      current.forEach((part, number) => {
        records[`${prefix}_result${number}`] = part;
      });
    }
  });
  const results = plan.addsInput
    ? current.map((part, index) => network.op.add(part, inputs[index]!))
    : current;
  return network.finish({
    outputs: Object.fromEntries(results.map((part, index) => [`output${index}`, part])),
    records,
  });
}

function linked(network: Network, index: number, from: Expr, { weights, shape }: Link): Expr[] {
  const [rows, width] = shape;
  return weights.map((_, part) =>
    network.op.matvec(from, network.param(`link${index}_${part}`, [rows, width / weights.length])),
  );
}

function linkParams(links: readonly (Link | undefined)[]): Record<string, Tensor> {
  return Object.fromEntries(
    links.flatMap((link, index) =>
      (link?.weights ?? []).map((tensor, part) => [`link${index}_${part}`, tensor]),
    ),
  );
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

function layoutOf(members: readonly Member[], of: (member: Member) => Layout): Layout {
  return Object.fromEntries(
    members.map((member) => [member.name, prefixedLayout(of(member), member.prefix)]),
  );
}

function withOutputs(plan: StackPlan, members: readonly Member[], of: (member: Member) => Layout): Layout {
  let keepsRank = true;
  const entries = members.flatMap((member, index) => {
    const { name, prefix, model, sizeOut } = member;
    // Fields of a module that keeps the rank have the axes of the module's own input.
    const own = [name, prefixedLayout(rankedLayout(of(member), keepsRank), prefix)] as const;
    keepsRank &&= model.keepsRank;
    const parts = numbered(`${prefix}_result`, model.outputs.length);
    const output = [`${name}_output`, new Field(parts, [sizeOut], keepsRank)] as const;
    return plan.recordsOutput(index) ? [own, output] : [own];
  });
  return Object.fromEntries(entries);
}

/** Where the input already has batch and steps, so have all recordings. */
function rankedLayout(layout: Layout, keepsRank: boolean): Layout {
  const entries = Object.entries(layout).map(([name, entry]) => {
    if (!(entry instanceof Field)) return [name, rankedLayout(entry, keepsRank)] as const;
    return [name, new Field(entry.parts, entry.shape, entry.keepsRank && keepsRank)] as const;
  });
  return Object.fromEntries(entries);
}

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
