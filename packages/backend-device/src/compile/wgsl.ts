// From levels of parts to the text of a shader. Every part becomes a function of batch item `b`, step `k` and element
// `i`; two entry points call them: `run` does all steps of an item in one workgroup, `grid` one level of one step.
import {
  constantOf,
  type ElementwiseOp,
  eventOutputs,
  type Loop,
  type Shape,
  type Sink,
  type StepProgram,
  type Value,
} from '@rp/dynamics';
import { fail } from '../error.ts';
import { emitElementwise, literal } from './emit.ts';
import type { HeaderFields } from './header.ts';
import { libraryFor } from './library.ts';
import { byShape, type Level, type Part } from './parts.ts';
import { activeOf, type Search, searchOf } from './search.ts';
import { countBody, entriesBody, type SearchText } from './search-code.ts';
import { columnsOfSlice } from './sparse.ts';
import { block } from './text.ts';

/** The levels of everything that a step does, and of what is observed after the last one. */
export interface StepLevels {
  /** Up to the loop, if there is one. */
  readonly step: readonly Level[];
  /** What the condition of the loop needs. */
  readonly test: readonly Level[];
  /** The rest of an iteration. */
  readonly body: readonly Level[];
  readonly after: readonly Level[];
  readonly observe: readonly Level[];
}

interface Input {
  readonly program: StepProgram;
  readonly levels: StepLevels;
  readonly header: HeaderFields;
  readonly keep: boolean;
}

/** Workgroups of one dimension of a dispatch; more of them go on in the second. */
export const widthOfDispatch = 65535;

export function generate(input: Input): string {
  const source = new ShaderSource(input);
  const body = [
    ...source.inputs(),
    ...source.eventEnds(),
    ...stages.flatMap((stage) => source.functions(stage)),
    ...source.run(),
    ...(input.program.loop === undefined ? source.grid() : []),
  ];
  return [...source.declarations(), ...libraryFor(body.join('\n')), ...body, ''].join('\n');
}

type StageName = keyof StepLevels;
const stages: readonly StageName[] = ['step', 'test', 'body', 'after', 'observe'];

class ShaderSource {
  private readonly program: StepProgram;
  private readonly levels: StepLevels;
  private readonly header: HeaderFields;
  private readonly keep: boolean;

  constructor({ program, levels, header, keep }: Input) {
    this.program = program;
    this.levels = levels;
    this.header = header;
    this.keep = keep;
  }

  declarations(): string[] {
    const fields = this.header.names.map((name) => `${name}: ${name === 'dt' ? 'f32' : 'u32'},`);
    return [
      `// ${this.program.name}`,
      'override width: u32 = 64u;',
      '',
      ...block('struct Header {', fields, '}'),
      ...block('struct Place {', ['step: u32,', 'level: u32,'], '}'),
      '@group(0) @binding(0) var<uniform> h: Header;',
      '@group(0) @binding(1) var<storage, read> par: array<f32>;        // parameters, prelude',
      '@group(0) @binding(2) var<storage, read_write> mem: array<f32>;  // states (twice), lines, temporaries',
      '@group(0) @binding(3) var<storage, read> inp: array<f32>;        // input rows of these steps',
      '@group(0) @binding(4) var<storage, read_write> out: array<u32>;  // rows and events of these steps',
      '@group(0) @binding(5) var<storage, read> idx: array<u32>;        // where entries of sparse matrices are',
      '@group(0) @binding(6) var<storage, read_write> list: array<u32>; // what searches have found',
      '@group(1) @binding(0) var<uniform> place: Place;',
      'var<workgroup> tally: array<u32, width>;',
      ...(this.program.loop === undefined ? [] : ['var<workgroup> going: u32;']),
      '',
      'fn now(k: u32) -> u32 { return ((h.parity + k) & 1u) * h.half; }',
      'fn next(k: u32) -> u32 { return ((h.parity + k + 1u) & 1u) * h.half; }',
    ];
  }

  /** An input that isn't given is zero. */
  inputs(): string[] {
    return Object.entries(this.program.inputs).flatMap(([name, { shape }]) =>
      block(
        `\nfn input_${name}(b: u32, k: u32, i: u32) -> f32 {`,
        [
          `if (h.has_${name} == 0u) { return 0.0; }`,
          `return inp[h.i_${name} + (b * h.steps + k) * ${this.size(shape)} + i];`,
        ],
        '}',
      ),
    );
  }

  /** Where the entries of an event output end before a step of the chunk. */
  eventEnds(): string[] {
    return eventOutputs(this.program).flatMap(({ name }) =>
      block(
        `\nfn end_of_${name}(b: u32, k: u32) -> u32 {`,
        ['if (k == 0u) { return 0u; }', `return out[h.ends_${name} + b * h.steps + k - 1u];`],
        '}',
      ),
    );
  }

  functions(stage: StageName): string[] {
    const first = `b: u32, k: u32,${this.program.loop === undefined ? '' : ' r: u32,'} i: u32`;
    const parameters = ({ kind }: Part) => (kind === 'entries' ? `${first}, group: u32` : first);
    return this.levels[stage].flatMap((level, index) =>
      level.flatMap((part, place) => [
        '',
        `// ${this.title(part)}`,
        ...block(`fn ${nameOf(stage, index, place)}(${parameters(part)}) {`, this.body(part), '}'),
      ]),
    );
  }

  /** A call of a part; `round` is the number of iterations of the loop that are done. */
  private call(stage: StageName, level: number, place: number, index = 'i', item = 'b'): string {
    const round =
      this.program.loop === undefined ? '' : stage === 'step' || stage === 'observe' ? ' 0u,' : ' r,';
    return `${nameOf(stage, level, place)}(${item}, k,${round} ${index});`;
  }

  /** One workgroup per batch item; the loop over the steps is on the device. */
  run(): string[] {
    const observed = this.stage('observe');
    const { loop } = this.program;
    const step = [
      ...this.beginLoopEvents(),
      ...this.stage('step'),
      ...(loop === undefined ? [] : this.loop(loop)),
      ...this.stage('after'),
    ];
    return block(
      '\n@compute @workgroup_size(width)\nfn run(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {',
      [
        `let b = group.y * ${widthOfDispatch}u + group.x;`,
        'if (b >= h.batch) { return; }',
        ...(loop === undefined ? [] : ['var too_long = 0u;']),
        ...block('for (var k = 0u; k < h.steps; k++) {', step, '}'),
        ...(loop === undefined ? [] : ['if (lane == 0u) { out[h.too_long + b] = too_long; }']),
        ...(observed.length > 0 ? ['let k = h.steps;', ...observed] : []),
      ],
      '}',
    );
  }

  /** All levels of a stage, with a barrier after each. */
  private stage(stage: StageName): string[] {
    return this.levels[stage].flatMap((level, index) => [
      ...this.loops(stage, level, index),
      ...level.flatMap((part, place) => this.searchInGroup(stage, index, place, part)),
      'storageBarrier();',
    ]);
  }

  /** One workgroup searches for an item: it has at least as many lanes as there are runs. */
  private searchInGroup(stage: StageName, index: number, place: number, { kind, search }: Part): string[] {
    if (search === undefined) return [];
    if (kind === 'entries') return [this.call(stage, index, place, 'lane, 0u')];
    return [`if (lane < h.runs_${search.key}) { ${this.call(stage, index, place, 'lane')} }`];
  }

  private loops(stage: StageName, level: Level, index: number): string[] {
    return byShape(level).flatMap(({ shape, parts }) => {
      const calls = parts.map((part) => this.call(stage, index, level.indexOf(part)));
      const head =
        shape.length === 0
          ? 'for (var i = lane; i < 1u; i += width) {'
          : `for (var i = lane; i < ${this.size(shape)}; i += width) {`;
      return block(head, calls, '}');
    });
  }

  /** Iterations until the condition fails, which every thread must see alike, or until there are too many. */
  private loop({ limit, while: condition }: Loop): string[] {
    const iteration = [
      ...this.stage('test'),
      `if (lane == 0u) { going = select(0u, 1u, ${this.at(condition, '0u')}); }`,
      'if (workgroupUniformLoad(&going) == 0u) { break; }',
      ...block(`if (r == ${limit}u) {`, ['too_long = 1u;', 'break;'], '}'),
      ...this.stage('body'),
    ];
    return ['var r = 0u;', ...block('for (; ; r++) {', iteration, '}')];
  }

  /** An event output of the loop goes on where it was after the step before. */
  private beginLoopEvents(): string[] {
    const names = Object.keys(this.program.loop?.events ?? {});
    if (names.length === 0) return [];
    const begin = names.map((name) => `out[h.ends_${name} + b * h.steps + k] = end_of_${name}(b, k);`);
    return [...block('if (lane == 0u) {', begin, '}'), 'storageBarrier();'];
  }

  /** One level of one step, over all items and elements. */
  grid(): string[] {
    const cases = [
      ...this.levels.step.map((level, index) => this.gridCase('step', level, index, index)),
      ...this.levels.observe.map((level, index) =>
        this.gridCase('observe', level, index, this.levels.step.length + index),
      ),
    ].flat();
    return block(
      '\n@compute @workgroup_size(width)\nfn grid(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {',
      [
        `let workgroup = group.y * ${widthOfDispatch}u + group.x;`,
        'let thread = workgroup * width + lane;',
        'let k = place.step;',
        ...block('switch (place.level) {', [...cases, 'default: {}'], '}'),
      ],
      '}',
    );
  }

  private gridCase(stage: StageName, level: Level, index: number, number: number): string[] {
    const elements = byShape(level).flatMap(({ shape, parts }) => {
      const size = this.size(shape);
      const calls = parts.map((part) => this.call(stage, index, level.indexOf(part)));
      return block(
        `if (thread < h.batch * ${size}) {`,
        [`let b = thread / ${size};`, `let i = thread % ${size};`, ...calls],
        '}',
      );
    });
    const searches = level.flatMap((part, place) => this.searchInGrid(stage, index, place, part));
    return block(`case ${number}u: {`, [...elements, ...searches], '}');
  }

  /** A thread for each run that is counted; a workgroup for each `width` runs that are listed. */
  private searchInGrid(stage: StageName, index: number, place: number, { kind, search }: Part): string[] {
    if (search === undefined) return [];
    const runs = `h.runs_${search.key}`;
    if (kind === 'count') {
      const call = this.call(stage, index, place, `thread % ${runs}`, `thread / ${runs}`);
      return [`if (thread < h.batch * ${runs}) { ${call} }`];
    }
    const groups = `groups_${search.key}`;
    const call = this.call(stage, index, place, `lane, workgroup % ${groups}`, `workgroup / ${groups}`);
    return [
      `let ${groups} = max(1u, (${runs} + width - 1u) / width);`,
      `if (workgroup < h.batch * ${groups}) { ${call} }`,
    ];
  }

  private title({ kind, ids, shape, sinks, search }: Part): string {
    const what = ids.map((id) => `%${id} ${this.program.values[id]!.op}`);
    const where = sinks.map((sink) => `${sink.kind} ${sink.name}`);
    const sought = search === undefined ? [] : [`${search.kind} ${search.name}`];
    return `${kind} [${shape.join(', ')}]: ${[...what, ...where, ...sought].join(', ')}`;
  }

  private body(part: Part): string[] {
    switch (part.kind) {
      case 'loop':
      case 'scalar':
        return this.elementwise(part);
      case 'structural':
        return this.structural(part);
      case 'count':
        return countBody(this.searchText(part.search!));
      case 'entries':
        return entriesBody(this.searchText(part.search!));
      case 'sink':
        return part.sinks.flatMap((sink) => this.put(sink, this.at(sink.id, 'i')));
    }
  }

  private elementwise(part: Part): string[] {
    const own = new Set<number>();
    const loads = new Map<number, string>();
    const lines = part.ids.flatMap((id) => {
      const args = this.program.values[id]!.args.map((arg) => this.operand(arg, own, loads));
      own.add(id);
      return [`let v${id} = ${this.expression(id, args)};`, ...this.finish(part, id, `v${id}`)];
    });
    return [...loads.values(), ...lines];
  }

  /** An operand: a value of the same part, or one from memory, which is loaded once. */
  private operand(id: number, own: ReadonlySet<number>, loads: Map<number, string>): string {
    if (own.has(id)) return `v${id}`;
    const source = this.at(id, 'i');
    if (!/[[(]/.test(source) || source.startsWith('(-')) return source;
    if (!loads.has(id)) loads.set(id, `let a${id} = ${source};`);
    return `a${id}`;
  }

  private structural(part: Part): string[] {
    const id = part.ids[0]!;
    const value = this.program.values[id]!;
    switch (value.op) {
      case 'matvec':
        return this.matvec(part, id, value);
      case 'delay':
        return this.delay(part, id, value);
      case 'row':
      case 'column':
        return this.part(part, id, value);
      case 'sum':
      case 'minOf':
      case 'maxOf':
      case 'argmin':
        return this.reduction(part, id, value.op, value);
      case 'stack':
        return this.stack(part, id, value);
      default:
        throw fail('NotImplementedError', 'operation', `${value.op} has no form in WGSL`);
    }
  }

  /** Zeros are left out and NaN is not; ascending, every product and every sum rounded. */
  private matvec(part: Part, id: number, { args }: Value): string[] {
    const [vector, matrix] = args as [number, number];
    const loop =
      this.program.values[matrix]!.storage === 'csr'
        ? this.sumOfColumn(vector, matrix)
        : activeOf(this.program, id) === undefined
          ? this.sumOfAll(vector, matrix)
          : this.sumOfActive(vector, matrix);
    return ['var sum = 0.0;', ...loop, ...this.finish(part, id, 'sum')];
  }

  /** Every row of a dense matrix is considered. */
  private sumOfAll(vector: number, matrix: number): string[] {
    const rows = this.size(this.program.values[vector]!.shape);
    return block(
      `for (var j = 0u; j < ${rows}; j++) {`,
      [
        `let x = ${this.at(vector, 'j')};`,
        `if (!(x == 0.0)) { ${this.addProduct(this.at(matrix, this.element(matrix, 'j', 'i')))} }`,
      ],
      '}',
    );
  }

  /** Only the rows of the elements that were found not to be zero. */
  private sumOfActive(vector: number, matrix: number): string[] {
    const { key } = searchOf(this.program, vector);
    const rows = this.size(this.program.values[vector]!.shape);
    return [
      `let total = list[h.total_${key} + b];`,
      ...block(
        'for (var place = 0u; place < total; place++) {',
        [
          `let j = list[h.active_${key} + b * ${rows} + place];`,
          `let x = ${this.at(vector, 'j')};`,
          this.addProduct(this.at(matrix, this.element(matrix, 'j', 'i'))),
        ],
        '}',
      ),
    ];
  }

  /** The entries of a sparse matrix lie by columns; those of neighbouring columns side by side, so that a step reads them together. */
  private sumOfColumn(vector: number, matrix: number): string[] {
    const { name } = this.program.values[matrix]!;
    return [
      `let column = h.columns_${name} + 2u * i;`,
      `let end = idx[column] + ${columnsOfSlice}u * idx[column + 1u];`,
      ...block(
        `for (var e = idx[column]; e < end; e += ${columnsOfSlice}u) {`,
        [
          `let x = ${this.at(vector, `idx[h.rows_${name} + e]`)};`,
          `if (!(x == 0.0)) { ${this.addProduct(this.at(matrix, 'e'))} }`,
        ],
        '}',
      ),
    ];
  }

  private addProduct(weight: string): string {
    const product = emitElementwise('mul', false, this.keep, ['x', weight]);
    const sum = emitElementwise('add', false, this.keep, ['sum', this.keep ? product : `(${product})`]);
    return `sum = ${sum};`;
  }

  /** The place of an element of a matrix. */
  private element(matrix: number, row: string, column: string): string {
    return `${row} * ${this.size(this.program.values[matrix]!.shape.slice(1))} + ${column}`;
  }

  private delay(part: Part, id: number, { args, name, shape }: Value): string[] {
    const delay = this.program.lines[name!]!.shape[0]!;
    const length = this.size([delay]);
    const entry = `(b * ${length} + (h.head_${name} + k) % ${length}) * ${this.size(shape)} + i`;
    const exchange = [`let at = h.l_${name} + ${entry};`, 'taken = mem[at];', 'mem[at] = given;'];
    return [
      `let given = ${this.at(args[0]!, 'i')};`,
      'var taken = given;',
      // A fixed length of 0 would be a division by zero, which a compiler refuses to see.
      ...(delay === 0 ? [] : block(`if (${length} > 0u) {`, exchange, '}')),
      ...this.finish(part, id, 'taken'),
    ];
  }

  /** Done for the elements of the result: which operand an element comes from is known by its place. */
  private stack(part: Part, id: number, { args, type }: Value): string[] {
    const cases = args.map(
      (arg, place) => `case ${place}u: { value = ${this.at(arg, `(i / ${args.length}u)`)}; }`,
    );
    return [
      `var value = ${type === 'bool' ? 'false' : '0.0'};`,
      ...block(`switch (i % ${args.length}u) {`, [...cases, 'default: {}'], '}'),
      ...this.finish(part, id, 'value'),
    ];
  }

  /** One number for each row along the last axis, in ascending order. */
  private reduction(part: Part, id: number, op: keyof typeof reductions, { args }: Value): string[] {
    const x = args[0]!;
    const length = this.size(this.program.values[x]!.shape.slice(-1));
    const { start, each } = reductions[op];
    const sum = emitElementwise('add', false, this.keep, ['result', 'x']);
    return [
      `var result = ${start};`,
      ...(op === 'argmin' ? ['var place_of = 0u;'] : []),
      ...block(
        `for (var j = 0u; j < ${length}; j++) {`,
        [`let x = ${this.at(x, `(i * ${length} + j)`)};`, each ?? `result = ${sum};`],
        '}',
      ),
      ...(op === 'argmin' ? ['let found = number_of(place_of);'] : []),
      ...this.finish(part, id, op === 'argmin' ? 'found' : 'result'),
    ];
  }

  /** The part of an array at an index along its first or last axis; zeros if there is none. */
  private part(part: Part, id: number, { op, args, shape }: Value): string[] {
    const [array, index] = args as [number, number];
    const whole = this.program.values[array]!.shape;
    const count = this.size(op === 'row' ? whole.slice(0, 1) : whole.slice(-1));
    const element = op === 'row' ? `(u32(at) * ${this.size(shape)} + i)` : `(i * ${count} + u32(at))`;
    return [
      `let at = floor(${this.at(index, '0u')});`,
      'var value = 0.0;',
      `if (at >= 0.0 && at < number_of(${count})) { value = ${this.at(array, element)}; }`,
      ...this.finish(part, id, 'value'),
    ];
  }

  private searchText(search: Search): SearchText {
    const { kind, key, name, shape, when, value } = search;
    const size = this.size(shape);
    const found = this.at(when, 'e');
    const isFound = this.program.values[when]!.type === 'bool' ? found : `!(${found} == 0.0)`;
    const common = { search, size, isFound };
    if (kind === 'active') {
      const store = [`list[h.active_${key} + b * ${size} + at] = e;`];
      return { ...common, start: '0u', store, end: `list[h.total_${key} + b]` };
    }
    const end = (step: string) => `out[h.ends_${name} + b * h.steps + ${step}]`;
    const base = `b * h.steps * ${kind === 'events' ? size : `(${size} * ${this.program.loop!.limit}u)`}`;
    const count = this.program.values[value]!.type === 'bool' ? '1.0' : this.at(value, 'e');
    const store = [
      `out[h.units_${name} + ${base} + at] = e;`,
      `out[h.counts_${name} + ${base} + at] = bitcast<u32>(${count});`,
    ];
    const start = kind === 'events' ? `end_of_${name}(b, k)` : end('k');
    return { ...common, start, store, end: end('k') };
  }

  /** What becomes of a value: memory, and where it is given out. */
  private finish(part: Part, id: number, name: string): string[] {
    const { shape, type } = this.program.values[id]!;
    const stored = part.stored.has(id)
      ? [`mem[h.t_${id} + b * ${this.size(shape)} + i] = ${asFloat(name, type)};`]
      : [];
    return [
      ...stored,
      ...part.sinks.filter((sink) => sink.id === id).flatMap((sink) => this.put(sink, name)),
    ];
  }

  private put({ kind, name, shape, id }: Sink, value: string): string[] {
    const { type } = this.program.values[id]!;
    const size = this.size(shape);
    if (kind === 'start') return [`mem[h.x_${name} + b * ${size} + i] = ${asFloat(value, type)};`];
    if (kind === 'carried')
      return [
        `mem[((r + 1u) & 1u) * h.carried_half + h.x_${name} + b * ${size} + i] = ${asFloat(value, type)};`,
      ];
    if (kind === 'next') return [`mem[next(k) + h.s_${name} + b * ${size} + i] = ${asFloat(value, type)};`];
    const rows = kind === 'observe' ? '(h.steps + 1u)' : 'h.steps';
    const word = type === 'bool' ? `select(0u, 1u, ${value})` : `bitcast<u32>(${value})`;
    const store = `out[h.r_${name} + (b * ${rows} + k) * ${size} + i] = ${word};`;
    return [this.header.names.includes(`wants_${name}`) ? `if (h.wants_${name} != 0u) { ${store} }` : store];
  }

  private expression(id: number, args: readonly string[]): string {
    const value = this.program.values[id]!;
    if (value.op === 'uniform') {
      const counter = `vec4u(i, h.first_word + k, b, ${value.stream}u)`;
      return `uniform_of(philox(${counter})[${value.word}])`;
    }
    if (value.op === 'index') return 'number_of(i)';
    return emitElementwise(value.op as ElementwiseOp, value.type === 'bool', this.keep, args);
  }

  /** A value at an index, from where it lies. */
  private at(id: number, index: string): string {
    const value = this.program.values[id]!;
    const place = value.shape.length === 0 ? '0u' : index;
    const load = (source: string) => (value.type === 'bool' ? `(${source} != 0.0)` : source);
    switch (value.op) {
      case 'const':
        return this.constant(id, value);
      case 'dt':
        return 'h.dt';
      case 'param':
        return load(`par[h.p_${value.name} + ${place}]`);
      case 'state':
        return load(`mem[now(k) + h.s_${value.name} + b * ${this.size(value.shape)} + ${place}]`);
      case 'carried':
      case 'final':
        return load(
          `mem[(r & 1u) * h.carried_half + h.x_${value.name} + b * ${this.size(value.shape)} + ${place}]`,
        );
      case 'input':
        return load(`input_${value.name}(b, k, ${place})`);
      default:
        return value.stage === 'prelude'
          ? load(`par[h.t_${id} + ${place}]`)
          : load(`mem[h.t_${id} + b * ${this.size(value.shape)} + ${place}]`);
    }
  }

  private constant(id: number, { value }: Value): string {
    const number = constantOf(value!);
    if (typeof number === 'boolean') return String(number);
    return this.header.constants.has(id) ? `bitcast<f32>(h.c_${id})` : literal(number)!;
  }

  private size(shape: Shape): string {
    const factors = shape.map((dim) => (typeof dim === 'number' ? `${dim}u` : `h.d_${dim}`));
    return factors.length === 0 ? '1u' : factors.length === 1 ? factors[0]! : `(${factors.join(' * ')})`;
  }
}

const infinity = 'bitcast<f32>(h.infinity)';

/** How the reductions begin, and what they do with each element `x`; the sum is a rounded operation. */
const reductions = {
  sum: { start: '0.0', each: undefined },
  minOf: { start: infinity, each: 'if (x < result) { result = x; }' },
  maxOf: { start: 'bitcast<f32>(h.infinity ^ 0x80000000u)', each: 'if (result < x) { result = x; }' },
  argmin: { start: infinity, each: 'if (x < result) { result = x; place_of = j; }' },
} as const;

function nameOf(stage: string, level: number, place: number): string {
  return `${stage}_${level}_${place}`;
}

function asFloat(value: string, type: Value['type']): string {
  return type === 'bool' ? `select(0.0, 1.0, ${value})` : value;
}
