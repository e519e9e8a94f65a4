// From what a layer author writes to a StepProgram.
import { checkProgram } from './check.ts';
import { type Declarations, declarations, mapEntries } from './declare.ts';
import { fail } from './error.ts';
import { Expr, Line, type Operand, Ops } from './expression.ts';
import type { Declaration, Stage, StepProgram } from './program.ts';
import { pruned } from './prune.ts';
import { ValueList } from './value-list.ts';

type Exprs<D> = { readonly [K in keyof D]: Expr };
type Operands = Readonly<Record<string, Operand>>;

interface PreludeContext<P> {
  readonly params: Exprs<P>;
  /** The time step in seconds. */
  readonly dt: Expr;
  readonly op: Ops;
}

interface ObserveContext<P, S, Pre> extends PreludeContext<P> {
  /** The state before the step. */
  readonly state: Exprs<S>;
  /** What `prelude` returned. */
  readonly pre: { readonly [K in keyof Pre]: Expr };
}

interface StepContext<P, S, I, L, Pre, Obs> extends ObserveContext<P, S, Pre> {
  readonly inputs: Exprs<I>;
  readonly lines: { readonly [K in keyof L]: Line };
  /** What `observe` returned. */
  readonly observed: { readonly [K in keyof Obs]: Expr };
}

/** What `step` returns; see {@link StepProgram}. */
export interface StepResult<S> {
  /** Every state's value after the step. */
  readonly state: { readonly [K in keyof S]: Operand };
  readonly outputs?: Operands;
  readonly events?: Operands;
  readonly records?: Operands;
}

export interface DynamicsSpec<
  P extends Declarations,
  S extends Declarations,
  I extends Declarations,
  L extends Declarations,
  Pre extends Operands,
  Obs extends Operands,
> {
  /** Names of extents that are bound when the program is instantiated. */
  readonly dims: readonly string[];
  readonly params?: P;
  readonly state?: S;
  readonly inputs?: I;
  /** Delay lines; the first extent is the delay in steps. */
  readonly lines?: L;
  /** Values of parameters and `dt` alone, computed once per change of either. */
  readonly prelude?: (context: PreludeContext<P>) => Pre;
  /** Rows given out before every step and once after the last. */
  readonly observe?: (context: ObserveContext<P, S, Pre>) => Obs;
  readonly step: (context: StepContext<P, S, I, L, Pre, Obs>) => StepResult<S>;
}

/**
 * Describes one time step of a population. The functions run once, now; they build the program and see no numbers.
 *
 * @param name Names the program in messages, listings and docs.
 * @throws TypeError for operands whose shapes or types don't fit (the message names program and operation);
 *   ValueError for names used twice and unknown extents.
 */
export function defineDynamics<
  const P extends Declarations = Record<never, never>,
  const S extends Declarations = Record<never, never>,
  const I extends Declarations = Record<never, never>,
  const L extends Declarations = Record<never, never>,
  Pre extends Operands = Record<never, never>,
  Obs extends Operands = Record<never, never>,
>(name: string, spec: DynamicsSpec<P, S, I, L, Pre, Obs>): StepProgram {
  const list = new ValueList(name);
  const op = new Ops(list);
  const declared = {
    params: declarations(spec.params),
    state: declarations(spec.state),
    inputs: declarations(spec.inputs),
    lines: declarations(spec.lines),
  };
  const leaves = <D>(kind: 'param' | 'state' | 'input', of: Record<string, Declaration>) =>
    mapEntries(of, (key, value) => new Expr(list, list.declared(kind, key, value))) as Exprs<D>;

  const preludeContext = { params: leaves<P>('param', declared.params), dt: new Expr(list, list.dt()), op };
  const pre = asExprs(spec.prelude?.(preludeContext) ?? {}, op, list);
  requireStage(list, pre, 'prelude', 'uses more than parameters and dt');
  const observeContext = {
    ...preludeContext,
    state: leaves<S>('state', declared.state),
    pre: pre as Exprs<Pre>,
  };
  const observed = asExprs(spec.observe?.(observeContext) ?? {}, op, list);
  requireStage(list, observed, 'observe', 'uses more than parameters and state');
  const result = spec.step({
    ...observeContext,
    inputs: leaves<I>('input', declared.inputs),
    lines: mapEntries(declared.lines, (key, value) => new Line(key, value)) as {
      readonly [K in keyof L]: Line;
    },
    observed: observed as Exprs<Obs>,
  });

  const ids = (operands: Operands | undefined) =>
    mapEntries(operands ?? {}, (_, operand) => op.idOf(operand));
  const program = pruned({
    format: 'rp-step/1',
    name,
    dims: [...spec.dims],
    ...declared,
    values: list.values,
    ...(list.loop && { loop: list.loop }),
    next: ids(result.state as Operands),
    observe: ids(observed),
    outputs: ids(result.outputs),
    events: ids(result.events),
    records: ids(result.records),
  });
  const problems = checkProgram(program);
  if (problems.length > 0) throw fail('ValueError', 'program-invalid', `${name}: ${problems.join('; ')}`);
  return program;
}

function asExprs(operands: Operands, op: Ops, list: ValueList): Record<string, Expr> {
  return mapEntries(operands, (_, operand) => new Expr(list, op.idOf(operand)));
}

function requireStage(list: ValueList, exprs: Record<string, Expr>, allowed: Stage, problem: string): void {
  for (const [key, { id }] of Object.entries(exprs)) {
    const { stage } = list.get(id);
    if (stage !== 'prelude' && stage !== allowed) {
      throw fail('ValueError', 'program-stage', `${list.where}: ${allowed} value ${key} ${problem}`);
    }
  }
}
