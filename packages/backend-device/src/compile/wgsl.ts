// From levels of parts to the text of a shader. Every part becomes a function of batch item `b`, step `k` and element
// `i`; two entry points call them: `run` does all steps of an item in one workgroup, `grid` one level of one step.
import {
  constantOf,
  type ElementwiseOp,
  eventOutputs,
  type Loop,
  operations,
  type Shape,
  type Sink,
  type StepProgram,
  type Value,
} from '@rp/dynamics';
import { emitElementwise, literal } from './emit.ts';
import type { HeaderFields } from './header.ts';
import { libraryFor } from './library.ts';
import { byShape, type Level, type Part } from './parts.ts';
import { type Found, hasCounts, type Search } from './search.ts';
import { countBody, type FoundText, findBody, type SearchText } from './search-code.ts';
import { emitStructural, type Surroundings } from './structural.ts';
import { block } from './text.ts';

/** The levels of everything that a step does, and of what is observed after the last one. */
export interface StepLevels {
  /** Before the first step: the lists that steps make for the next one. */
  readonly first: readonly Level[];
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
/** The levels of a grid, in the order of their numbers. */
export const gridStages = ['first', 'step', 'observe'] as const;
const stages: readonly StageName[] = ['first', 'step', 'test', 'body', 'after', 'observe'];

class ShaderSource implements Surroundings {
  readonly program: StepProgram;
  private readonly levels: StepLevels;
  private readonly header: HeaderFields;
  readonly keep: boolean;

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
    const parameters = ({ search }: Part) => (search === undefined ? first : `${first}, group: u32`);
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
      this.program.loop === undefined
        ? ''
        : stage === 'test' || stage === 'body' || stage === 'after'
          ? ' r,'
          : ' 0u,';
    return `${nameOf(stage, level, place)}(${item}, k,${round} ${index});`;
  }

  /** One workgroup per batch item; the loop over the steps is on the device. */
  run(): string[] {
    const first = this.stage('first');
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
        ...(first.length > 0 ? block('{', ['let k = 0u;', ...first], '}') : []),
        ...block('for (var k = 0u; k < h.steps; k++) {', step, '}'),
        ...(loop === undefined ? [] : ['if (lane == 0u) { out[h.too_long + b] = too_long; }']),
        ...(observed.length > 0 ? ['let k = h.steps;', ...observed] : []),
      ],
      '}',
    );
  }

  /** All levels of a stage, with a barrier after each. One workgroup searches alone, and has nothing to count. */
  private stage(stage: StageName): string[] {
    return this.levels[stage].flatMap((level, index) => {
      const searches = level.flatMap((part, place) =>
        part.kind === 'find' ? [this.call(stage, index, place, 'lane, 0u')] : [],
      );
      const code = [...this.loops(stage, level, index), ...searches];
      return code.length === 0 ? [] : [...code, 'storageBarrier();'];
    });
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
    const all = gridStages.flatMap((stage) =>
      this.levels[stage].map((level, index) => ({ stage, level, index })),
    );
    const cases = all.flatMap(({ stage, level, index }, number) =>
      this.gridCase(stage, level, index, number),
    );
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

  /** A workgroup for each block of a vector, or one for all of it, which needs no counting. */
  private searchInGrid(stage: StageName, index: number, place: number, { kind, search }: Part): string[] {
    if (search === undefined) return [];
    const groups = `h.groups_${search.key}`;
    const call = this.call(stage, index, place, `lane, workgroup % ${groups}`, `workgroup / ${groups}`);
    const alone = kind === 'count' ? ` && ${groups} > 1u` : '';
    return [`if (workgroup < h.batch * ${groups}${alone}) { ${call} }`];
  }

  private title({ kind, ids, shape, sinks, search }: Part): string {
    const what = ids.map((id) => `%${id} ${this.program.values[id]!.op}`);
    const where = sinks.map((sink) => `${sink.kind} ${sink.name}`);
    const sought = (search?.found ?? []).map(
      (found) => `${found.kind} ${found.kind === 'list' ? found.key : found.name}`,
    );
    return `${kind} [${shape.join(', ')}]: ${[...what, ...where, ...sought].join(', ')}`;
  }

  private body(part: Part): string[] {
    switch (part.kind) {
      case 'loop':
      case 'scalar':
      case 'structural':
        return this.computed(part);
      case 'count':
        return countBody(this.searchText(part.search!));
      case 'find':
        return findBody(this.searchText(part.search!));
      case 'sink':
        return part.sinks.flatMap((sink) => this.put(sink, this.at(sink.id, 'i')));
    }
  }

  private structural(id: number): string[] {
    const start = this.program.values[id]!.type === 'bool' ? 'false' : '0.0';
    return [`var v${id} = ${start};`, ...block('{', emitStructural(this, id, `v${id}`), '}')];
  }

  private computed(part: Part): string[] {
    const own = new Set<number>();
    const loads = new Map<number, string>();
    const lines = part.ids.flatMap((id) => {
      const value = this.program.values[id]!;
      const given = this.finish(part, id, `v${id}`);
      if (operations[value.op].kind === 'structural') {
        own.add(id);
        return [...this.structural(id), ...given];
      }
      const args = value.args.map((arg) => this.operand(arg, own, loads));
      own.add(id);
      return [`let v${id} = ${this.expression(id, args)};`, ...given];
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

  private searchText(search: Search): SearchText {
    const isFound = this.at(search.when, 'e');
    return {
      search,
      size: this.size(search.shape),
      isFound: this.program.values[search.when]!.type === 'bool' ? isFound : `!(${isFound} == 0.0)`,
      found: search.found.map((found) => this.foundText(found, search)),
    };
  }

  private foundText(found: Found, { shape }: Search): FoundText {
    const size = this.size(shape);
    if (found.kind === 'list') {
      const store = (at: string) => [`list[h.active_${found.key} + b * ${size} + ${at}] = e;`];
      return { start: '0u', store, end: `list[h.total_${found.key} + b]`, goesOn: false };
    }
    const { kind, name, value } = found;
    const end = (step: string) => `out[h.ends_${name} + b * h.steps + ${step}]`;
    const base = `b * h.steps * ${kind === 'events' ? size : `(${size} * ${this.program.loop!.limit}u)`}`;
    const store = (at: string) => [
      `out[h.units_${name} + ${base} + ${at}] = e;`,
      ...(hasCounts(this.program, found)
        ? [`out[h.counts_${name} + ${base} + ${at}] = bitcast<u32>(${this.at(value, 'e')});`]
        : []),
    ];
    const start = kind === 'events' ? `end_of_${name}(b, k)` : end('k');
    return { start, store, end: end('k'), goesOn: kind === 'loop events' };
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
  at(id: number, index: string): string {
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

  size(shape: Shape): string {
    const factors = shape.map((dim) => (typeof dim === 'number' ? `${dim}u` : `h.d_${dim}`));
    return factors.length === 0 ? '1u' : factors.length === 1 ? factors[0]! : `(${factors.join(' * ')})`;
  }
}

function nameOf(stage: string, level: number, place: number): string {
  return `${stage}_${level}_${place}`;
}

function asFloat(value: string, type: Value['type']): string {
  return type === 'bool' ? `select(0.0, 1.0, ${value})` : value;
}
