// From a program in basic operations to the source of three functions over a session's memory:
// `prelude` (once per change of parameters), `steps` (a range of steps, all batch items) and `observe` (one row).
import {
  afterSinks,
  bufferedStates,
  constantOf,
  type Dtype,
  type ElementwiseOp,
  eventOutputs,
  type Group,
  isComputed,
  isKept,
  isStored,
  type LoopPlan,
  type LoopSink,
  loopSinks,
  observeSinks,
  type Plan,
  planOf,
  type Schedule,
  type Shape,
  type Sink,
  type StepProgram,
  shapesEqual,
  stepSinks,
  type Value,
} from '@rp/dynamics';
import { emitElementwise, literal } from './emit.ts';

/** The source of the body of a function that returns `{ prelude, steps, observe }`; its argument is the memory `m`. */
export function generate(program: StepProgram, dtype: Dtype, record: readonly string[]): string {
  const plan = planOf(program);
  const part = (schedule: Schedule, sinks: readonly Sink[]) =>
    new FunctionSource(program, dtype, schedule, sinks);
  const prelude = part(plan.prelude, []);
  const observe = part(plan.observe, observeSinks(program));
  return [
    '"use strict";',
    'const f = Math.fround, { pow2, exponent, int32, uniform } = m;',
    'return {',
    ...block('prelude() {', [...prelude.header([]), ...prelude.groups()], '},'),
    ...block('steps(from, to) {', stepLoop(program, dtype, plan, record), '},'),
    ...block('observe(t) {', observe.observeLoop(), '},'),
    '};',
  ].join('\n');
}

/** All steps: for every batch item what comes before the loop, the loop, and what comes after. */
function stepLoop(program: StepProgram, dtype: Dtype, plan: Plan, record: readonly string[]): string[] {
  const before = new FunctionSource(program, dtype, plan.step, stepSinks(program, record));
  const after = new FunctionSource(program, dtype, plan.after, afterSinks(program, record));
  const inner = [
    ...before.groups(),
    ...(plan.loop === undefined ? [] : loopSource(program, dtype, plan.loop)),
    ...after.groups(),
  ];
  return before.stepLoop(inner, [...before.sinks, ...after.sinks]);
}

/** The loop of a step. Vectors that it carries lie in memory twice, so that all change at once. */
function loopSource(program: StepProgram, dtype: Dtype, { test, body }: LoopPlan): string[] {
  const sinks = loopSinks(program);
  const tested = new FunctionSource(program, dtype, test, []);
  const rest = new FunctionSource(program, dtype, body, sinks.carried);
  const { limit, carried, while: condition } = program.loop!;
  const swaps = Object.entries(carried).map(([name, { shape }]) =>
    shape.length === 0 ? `c_${name} = cn_${name};` : `[c_${name}, cn_${name}] = [cn_${name}, c_${name}];`,
  );
  const iteration = [
    ...tested.groups(),
    `if (!${tested.scalarOf(condition)}) break;`,
    `if (done === ${limit}) m.loopLimit();`,
    ...rest.groups(),
    ...sinks.events.flatMap((sink) => rest.loopEvents(sink)),
    ...swaps,
  ];
  return block('for (let done = 0; ; done++) {', iteration, '}');
}

/** How the reductions begin, and what they do with each element `x`; the sum is rounded to the dtype. */
const reductions = {
  sum: { start: '0', each: '' },
  minOf: { start: 'Infinity', each: 'if (x < r) r = x;' },
  maxOf: { start: '-Infinity', each: 'if (r < x) r = x;' },
  argmin: { start: 'Infinity', each: 'if (x < r) { r = x; place = j; }' },
} as const;

function zeroOf(type: Value['type']): string {
  return type === 'bool' ? 'false' : '0';
}

function isPrelude(value: Value): boolean {
  return value.stage === 'prelude';
}

class FunctionSource {
  private readonly program: StepProgram;
  private readonly dtype: Dtype;
  private readonly schedule: Schedule;
  readonly sinks: readonly Sink[];
  /** The states with a second array, for the next step. */
  private readonly buffered: readonly string[];

  constructor(program: StepProgram, dtype: Dtype, groups: Schedule, sinks: readonly Sink[]) {
    this.program = program;
    this.dtype = dtype;
    this.schedule = groups;
    this.buffered = bufferedStates(program);
    this.sinks = sinks.filter(({ kind, name }) => kind !== 'next' || !isKept(program, name));
  }

  /** Names for everything in memory that the function uses; `sinks` are all that it fills. */
  header(sinks: readonly Sink[] = this.sinks): string[] {
    const { program } = this;
    const line = (prefix: string, from: string, names: object) =>
      Object.keys(names).map((name) => `${prefix}_${name} = ${from}.${name}`);
    const computed = program.values
      .map((value, id) => ({ value, id }))
      .filter(({ value }) => isComputed(value));
    const constants = [
      'B = m.batch',
      'dt = m.dt',
      'active = m.active',
      ...program.dims.map((dim) => `d_${dim} = m.extents.${dim}`),
      ...Object.entries(program.params).map(([name, { storage }]) =>
        storage === 'csr'
          ? `{ indptr: pr_${name}, indices: pi_${name}, data: p_${name} } = m.sparse.${name}`
          : `p_${name} = m.params.${name}`,
      ),
      ...line('l', 'm.lines', program.lines),
      ...line(
        'r',
        'm.rows',
        Object.fromEntries(
          sinks.filter(({ kind }) => kind === 'observe' || kind === 'row').map(({ name }) => [name, 0]),
        ),
      ),
      ...computed.filter(({ value }) => value.shape.length > 0).map(({ id }) => `t${id} = m.temps[${id}]`),
      ...computed
        .filter(({ value, id }) => value.shape.length === 0 && isPrelude(value) && !this.makes(id))
        .map(({ id }) => `v${id} = m.scalars[${id}]`),
    ];
    const states = Object.keys(program.state).map((name) => {
      const isBuffered = this.buffered.includes(name);
      return `${isBuffered ? 'let' : 'const'} s_${name} = m.state.${name}${isBuffered ? `, q_${name} = m.next.${name}` : ''};`;
    });
    return [`const ${constants.join(', ')};`, ...states];
  }

  /** Everything, in an order in which no state is overwritten before it is read. */
  groups(): string[] {
    const isEarly = ({ kind, id }: Sink) => kind !== 'next' && !isComputed(this.program.values[id]!);
    return [
      ...this.leftOverSinks(isEarly),
      ...this.schedule.groups.flatMap((group) => this.group(group)),
      ...this.leftOverSinks((sink) => !isEarly(sink)),
    ];
  }

  /** The loop over steps and batch items around what is done for one. */
  stepLoop(inner: readonly string[], sinks: readonly Sink[]): string[] {
    const { program } = this;
    const lines = Object.entries(program.lines);
    const events = eventOutputs(program).map(({ name }) => name);
    const carried = Object.entries(program.loop?.carried ?? {});
    const perItem = [
      ...this.places(),
      ...Object.keys(program.inputs).flatMap((name) => this.inputRow(name)),
      ...inner,
      ...events.map((name) => `e_${name}.endRow(b, t);`),
    ];
    const perStep = [
      ...block('for (let b = 0; b < B; b++) {', perItem, '}'),
      ...this.buffered.map((name) => `[s_${name}, q_${name}] = [q_${name}, s_${name}];`),
      ...lines.map(
        ([name, { shape }]) =>
          `if (${this.size([shape[0]!])} > 0) h_${name} = (h_${name} + 1) % ${this.size([shape[0]!])};`,
      ),
    ];
    return [
      ...this.header(sinks),
      'const T = m.steps;',
      ...events.map((name) => `const e_${name} = m.events.${name};`),
      ...carried.map(([name, { shape, type }]) =>
        shape.length === 0
          ? `let c_${name} = ${zeroOf(type)}, cn_${name} = ${zeroOf(type)};`
          : `let { now: c_${name}, next: cn_${name} } = m.carried.${name};`,
      ),
      ...lines.map(([name]) => `let h_${name} = m.heads.${name};`),
      ...Object.keys(program.inputs).map(
        (name) => `const { data: i_${name}, stride: is_${name}, events: ie_${name} } = m.inputs.${name};`,
      ),
      ...block('for (let t = from; t < to; t++) {', perStep, '}'),
      ...this.buffered.flatMap((name) => [`m.state.${name} = s_${name};`, `m.next.${name} = q_${name};`]),
      ...lines.map(([name]) => `m.heads.${name} = h_${name};`),
      'm.count += to - from;',
    ];
  }

  observeLoop(): string[] {
    return [
      ...this.header(),
      'const T = m.steps;',
      ...block('for (let b = 0; b < B; b++) {', [...this.places(), ...this.groups()], '}'),
    ];
  }

  /** Where this batch item's part of each state begins; a scalar is read, since it may be overwritten. */
  private places(): string[] {
    return Object.entries(this.program.state).map(([name, { shape }]) =>
      shape.length === 0 ? `const sv_${name} = s_${name}[b];` : `const sb_${name} = b * ${this.size(shape)};`,
    );
  }

  private inputRow(name: string): string[] {
    const events = [
      `i_${name}.fill(0);`,
      `for (let e = ie_${name}.offsets[b * T + t], stop = ie_${name}.offsets[b * T + t + 1]; e < stop; e++) i_${name}[ie_${name}.units[e]] = ie_${name}.counts[e];`,
    ];
    return [
      `const ib_${name} = (b * T + t) * is_${name};`,
      ...block(`if (ie_${name} !== undefined) {`, events, '}'),
    ];
  }

  /** A scalar, where it lies. */
  scalarOf(id: number): string {
    return this.at(id, '0');
  }

  loopEvents({ name, when, value, shape }: LoopSink): string[] {
    return this.loop(shape, [`if (${this.at(when, 'i')}) e_${name}.push(b, i, ${this.at(value, 'i')});`]);
  }

  private group(group: Group): string[] {
    if (group.kind === 'structural') return this.structural(group.ids[0]!);
    if (group.kind === 'scalar') return this.scalar(group.ids[0]!);
    const loads = new Map<number, string>();
    const body = group.ids.flatMap((id) => {
      const args = this.program.values[id]!.args.map((arg) => this.inLoop(arg, group, loads));
      return [
        `const v${id} = ${this.expression(id, args)};`,
        ...(isStored(this.program, this.schedule, id) ? [`t${id}[i] = v${id};`] : []),
        ...this.sinksOf(id, `v${id}`),
      ];
    });
    return this.loop(group.shape, [...loads.values(), ...body]);
  }

  private scalar(id: number): string[] {
    const args = this.program.values[id]!.args.map((arg) => this.at(arg, '0'));
    const store = isPrelude(this.program.values[id]!) ? [`m.scalars[${id}] = v${id};`] : [];
    return [`const v${id} = ${this.expression(id, args, '0')};`, ...store];
  }

  private structural(id: number): string[] {
    const value = this.program.values[id]!;
    switch (value.op) {
      case 'matvec':
        return this.matvec(id, value);
      case 'delay':
        return this.delay(id, value);
      case 'row':
      case 'column':
        return this.part(id, value);
      case 'sum':
      case 'minOf':
      case 'maxOf':
      case 'argmin':
        return this.reduction(id, value.op, value);
      default:
        return this.loop(
          this.program.values[value.args[0]!]!.shape,
          value.args.map((arg, part) => `t${id}[i * ${value.args.length} + ${part}] = ${this.at(arg, 'i')};`),
        );
    }
  }

  /** Four rows at a time, so that a result is loaded and stored once per four; the order of the sums stays. */
  private matvec(id: number, value: Value): string[] {
    const [x, weights] = value.args as [number, number];
    const { dtype } = this;
    const { storage, name } = this.program.values[weights]!;
    if (storage === 'csr') return this.sparseMatvec(id, x, name!);
    const posts = this.size(value.shape);
    const times = (row: string, k: number) =>
      emitElementwise('mul', false, dtype, [`x${k}`, this.at(weights, `${row} + j`)]);
    const plus = (sum: string, product: string) => emitElementwise('add', false, dtype, [sum, product]);
    const four = [0, 1, 2, 3].reduce((sum, k) => plus(sum, times(`w${k}`, k)), `t${id}[j]`);
    const load = (k: number) => [
      `const i${k} = active[a + ${k}], x${k} = ${this.at(x, `i${k}`)}, w${k} = i${k} * ${posts};`,
    ];
    return block(
      '{',
      [
        `let count = 0;`,
        ...this.loop(this.program.values[x]!.shape, [`if (${this.at(x, 'i')} !== 0) active[count++] = i;`]),
        `t${id}.fill(0);`,
        `let a = 0;`,
        ...block(
          'for (; a + 3 < count; a += 4) {',
          [...[0, 1, 2, 3].flatMap(load), `for (let j = 0; j < ${posts}; j++) t${id}[j] = ${four};`],
          '}',
        ),
        ...block(
          'for (; a < count; a++) {',
          [
            ...load(0),
            `for (let j = 0; j < ${posts}; j++) t${id}[j] = ${plus(`t${id}[j]`, times('w0', 0))};`,
          ],
          '}',
        ),
      ],
      '}',
    );
  }

  /** The entries of the rows whose x isn't zero, row after row. */
  private sparseMatvec(id: number, x: number, weights: string): string[] {
    const { dtype } = this;
    const product = emitElementwise('mul', false, dtype, ['x', `p_${weights}[k]`]);
    const sum = emitElementwise('add', false, dtype, [`t${id}[j]`, product]);
    return [
      `t${id}.fill(0);`,
      ...this.loop(this.program.values[x]!.shape, [
        `const x = ${this.at(x, 'i')};`,
        'if (x === 0) continue;',
        ...block(
          `for (let k = pr_${weights}[i], end = pr_${weights}[i + 1]; k < end; k++) {`,
          [`const j = pi_${weights}[k];`, `t${id}[j] = ${sum};`],
          '}',
        ),
      ]),
    ];
  }

  /** One number for each row along the last axis, in ascending order. */
  private reduction(id: number, op: keyof typeof reductions, { args, shape }: Value): string[] {
    const x = args[0]!;
    const length = this.size(this.program.values[x]!.shape.slice(-1));
    const { start, each } = reductions[op];
    const element = this.at(x, `i * ${length} + j`);
    const sum = op === 'sum' ? emitElementwise('add', false, this.dtype, ['r', 'x']) : '';
    const result = op === 'argmin' ? 'place' : 'r';
    return this.filled(id, shape, (put) => [
      `let r = ${start}${op === 'argmin' ? ', place = 0' : ''};`,
      `for (let j = 0; j < ${length}; j++) { const x = ${element}; ${each || `r = ${sum};`} }`,
      put(result),
    ]);
  }

  /** The part of an array at an index along its first or last axis. */
  private part(id: number, { op, args, shape }: Value): string[] {
    const [array, index] = args as [number, number];
    const whole = this.program.values[array]!.shape;
    const count = this.size(op === 'row' ? whole.slice(0, 1) : whole.slice(-1));
    const element = op === 'row' ? `k * ${this.size(shape)} + i` : `i * ${count} + k`;
    return block(
      shape.length === 0 ? `let v${id}; {` : '{',
      [
        `const k = Math.floor(${this.at(index, '0')});`,
        `const inside = k >= 0 && k < ${count};`,
        ...this.filled(id, shape, (put) => [put(`inside ? ${this.at(array, element)} : 0`)], false),
      ],
      '}',
    );
  }

  /** Code that puts every element of a structural value in its place: in memory, or in a variable if it is a scalar. */
  private filled(
    id: number,
    shape: Shape,
    body: (put: (expression: string) => string) => string[],
    declare = true,
  ): string[] {
    if (shape.length > 0)
      return this.loop(
        shape,
        body((expression) => `t${id}[i] = ${expression};`),
      );
    const keep = isPrelude(this.program.values[id]!) ? ` m.scalars[${id}] = v${id};` : '';
    return [
      ...(declare ? [`let v${id};`] : []),
      ...block('{', ['const i = 0;', ...body((expression) => `v${id} = ${expression};${keep}`)], '}'),
    ];
  }

  private delay(id: number, { args, shape, name }: Value): string[] {
    const size = this.size(shape);
    const length = this.size([this.program.lines[name!]!.shape[0]!]);
    const place = `lb_${name}`;
    const x = this.at(args[0]!, 'i');
    // A scalar is a variable; a vector lies in memory.
    const scalar = shape.length === 0;
    const result = scalar ? `v${id}` : `t${id}[i]`;
    const each = (body: string[]) => (scalar ? body : this.loop(shape, body));
    const entry = `l_${name}[${place}${scalar ? '' : ' + i'}]`;
    return [
      ...(scalar ? [`let v${id};`] : []),
      ...block(
        `if (${length} > 0) {`,
        [
          `const ${place} = (b * ${length} + h_${name}) * ${size};`,
          ...each([`${result} = ${entry};`, `${entry} = ${x};`]),
        ],
        '} else {',
      ),
      ...each([`${result} = ${x};`]).map(indent),
      '}',
    ];
  }

  /** Results that no loop has put in their place: of leaves, of scalars and of operations with their own loop. */
  private leftOverSinks(which: (sink: Sink) => boolean): string[] {
    return this.sinks
      .filter((sink) => !this.isInLoop(sink) && which(sink))
      .flatMap((sink) => this.loop(sink.shape, [this.put(sink, this.at(sink.id, 'i'))]));
  }

  private sinksOf(id: number, value: string): string[] {
    return this.sinks
      .filter((sink) => sink.id === id && this.isInLoop(sink))
      .map((sink) => this.put(sink, value));
  }

  private isInLoop({ id, shape }: Sink): boolean {
    const group = this.schedule.groupOf(id);
    return group !== undefined && group.kind === 'loop' && shapesEqual(group.shape, shape);
  }

  private put({ kind, name, id, shape }: Sink, value: string): string {
    switch (kind) {
      case 'next':
        return this.putState(name, value);
      case 'start':
        return shape.length === 0 ? `c_${name} = ${this.variable(name, value)};` : `c_${name}[i] = ${value};`;
      case 'carried':
        return shape.length === 0
          ? `cn_${name} = ${this.variable(name, value)};`
          : `cn_${name}[i] = ${value};`;
      case 'events':
        return this.pushEvent(name, id, value);
      default:
        return `r_${name}[(b * ${kind === 'observe' ? '(T + 1)' : 'T'} + t) * ${this.size(shape)} + i] = ${value};`;
    }
  }

  private putState(name: string, value: string): string {
    const to = this.buffered.includes(name) ? 'q' : 's';
    const place = this.program.state[name]!.shape.length === 0 ? 'b' : `sb_${name} + i`;
    return `${to}_${name}[${place}] = ${value};`;
  }

  private pushEvent(name: string, id: number, value: string): string {
    return this.program.values[id]!.type === 'bool'
      ? `if (${value}) e_${name}.push(b, i, 1);`
      : `if (${value} !== 0) e_${name}.push(b, i, ${value});`;
  }

  /** A carried scalar; a truth value from memory is a number. */
  private variable(name: string, value: string): string {
    return this.program.loop!.carried[name]!.type === 'bool' ? `(${value} ? true : false)` : value;
  }

  private expression(id: number, args: readonly string[], index = 'i'): string {
    const value = this.program.values[id]!;
    if (value.op === 'uniform')
      return `uniform(${index}, m.count + t - from, b, ${value.stream}, ${value.word})`;
    if (value.op === 'index') return index;
    return emitElementwise(value.op as ElementwiseOp, value.type === 'bool', this.dtype, args);
  }

  /** An operand inside of a loop; what comes from memory is loaded once. */
  private inLoop(id: number, group: Group, loads: Map<number, string>): string {
    if (this.schedule.groupOf(id) === group) return `v${id}`;
    const source = this.at(id, 'i');
    if (!source.includes('[')) return source;
    if (!loads.has(id)) loads.set(id, `const a${id} = ${source};`);
    return `a${id}`;
  }

  /** A value at an index, from where it lies. */
  private at(id: number, index: string): string {
    const value = this.program.values[id]!;
    const place = value.shape.length === 0 ? '0' : index;
    switch (value.op) {
      case 'const':
        return literal(constantOf(value.value!), this.dtype);
      case 'dt':
        return 'dt';
      case 'param':
        return `p_${value.name}[${place}]`;
      case 'state':
        return value.shape.length === 0 ? `sv_${value.name}` : `s_${value.name}[sb_${value.name} + ${index}]`;
      case 'carried':
      case 'final':
        return value.shape.length === 0 ? `c_${value.name}` : `c_${value.name}[${place}]`;
      case 'input':
        return `i_${value.name}[ib_${value.name} + ${place}]`;
      default:
        return value.shape.length === 0 ? `v${id}` : `t${id}[${place}]`;
    }
  }

  private makes(id: number): boolean {
    return this.schedule.groupOf(id) !== undefined;
  }

  private loop(shape: Shape, body: readonly string[]): string[] {
    return block(`for (let i = 0; i < ${this.size(shape)}; i++) {`, body, '}');
  }

  private size(shape: Shape): string {
    const factors = shape.map((dim) => (typeof dim === 'number' ? String(dim) : `d_${dim}`));
    return factors.length === 0 ? '1' : factors.length === 1 ? factors[0]! : `(${factors.join(' * ')})`;
  }
}

function block(open: string, body: readonly string[], close: string): string[] {
  return [open, ...body.map(indent), close];
}

function indent(line: string): string {
  return `  ${line}`;
}
