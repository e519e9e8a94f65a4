// From levels of parts to the text of a shader. Every part becomes a function of batch item `b`, step `k` and element
// `i`; two entry points call them: `run` does all steps of an item in one workgroup, `grid` one level of one step.
import {
  constantOf,
  type ElementwiseOp,
  type Shape,
  type Sink,
  type StepProgram,
  type Value,
} from '@rp/dynamics';
import { emitElementwise, literal } from './emit.ts';
import type { HeaderFields } from './header.ts';
import { libraryFor } from './library.ts';
import { byShape, type Level, type Part } from './parts.ts';

interface Input {
  readonly program: StepProgram;
  readonly step: readonly Level[];
  readonly observe: readonly Level[];
  readonly header: HeaderFields;
  readonly keep: boolean;
}

/** Workgroups of one dimension of a dispatch; more of them go on in the second. */
export const widthOfDispatch = 65535;

export function generate(input: Input): string {
  const source = new ShaderSource(input);
  const body = [
    ...source.inputs(),
    ...source.functions('step', input.step),
    ...source.functions('observe', input.observe),
    ...source.run(),
    ...source.grid(),
  ];
  return [...source.declarations(), ...libraryFor(body.join('\n')), ...body, ''].join('\n');
}

class ShaderSource {
  private readonly program: StepProgram;
  private readonly step: readonly Level[];
  private readonly observe: readonly Level[];
  private readonly header: HeaderFields;
  private readonly keep: boolean;

  constructor({ program, step, observe, header, keep }: Input) {
    this.program = program;
    this.step = step;
    this.observe = observe;
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
      '@group(1) @binding(0) var<uniform> place: Place;',
      'var<workgroup> tally: array<u32, width>;',
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

  functions(stage: string, levels: readonly Level[]): string[] {
    return levels.flatMap((level, index) =>
      level.flatMap((part, place) => [
        '',
        `// ${this.title(part)}`,
        ...block(`fn ${nameOf(stage, index, place)}(b: u32, k: u32, i: u32) {`, this.body(part), '}'),
      ]),
    );
  }

  /** One workgroup per batch item; the loop over the steps is on the device. */
  run(): string[] {
    const level = (stage: string) => (parts: Level, index: number) => [
      ...this.loops(stage, parts, index),
      ...this.together(stage, parts, index),
      'storageBarrier();',
    ];
    const steps = this.step.flatMap(level('step'));
    const observed = this.observe.flatMap(level('observe'));
    return block(
      '\n@compute @workgroup_size(width)\nfn run(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {',
      [
        `let b = group.y * ${widthOfDispatch}u + group.x;`,
        'if (b >= h.batch) { return; }',
        ...block('for (var k = 0u; k < h.steps; k++) {', steps, '}'),
        ...(observed.length > 0 ? ['let k = h.steps;', ...observed] : []),
      ],
      '}',
    );
  }

  private loops(stage: string, level: Level, index: number): string[] {
    return byShape(level).flatMap(({ shape, parts }) => {
      const calls = parts.map((part) => `${nameOf(stage, index, level.indexOf(part))}(b, k, i);`);
      const head =
        shape.length === 0
          ? 'for (var i = lane; i < 1u; i += width) {'
          : `for (var i = lane; i < ${this.size(shape)}; i += width) {`;
      return block(head, calls, '}');
    });
  }

  private together(stage: string, level: Level, index: number): string[] {
    return level.flatMap((part, place) =>
      part.kind === 'events' ? [`${nameOf(stage, index, place)}(b, k, lane);`] : [],
    );
  }

  /** One level of one step, over all items and elements. */
  grid(): string[] {
    const cases = [
      ...this.step.map((level, index) => this.gridCase('step', level, index, index)),
      ...this.observe.map((level, index) => this.gridCase('observe', level, index, this.step.length + index)),
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

  private gridCase(stage: string, level: Level, index: number, number: number): string[] {
    const elements = byShape(level).flatMap(({ shape, parts }) => {
      const size = this.size(shape);
      const calls = parts.map((part) => `${nameOf(stage, index, level.indexOf(part))}(b, k, i);`);
      return block(
        `if (thread < h.batch * ${size}) {`,
        [`let b = thread / ${size};`, `let i = thread % ${size};`, ...calls],
        '}',
      );
    });
    const groups = level.flatMap((part, place) =>
      part.kind === 'events'
        ? [`if (workgroup < h.batch) { ${nameOf(stage, index, place)}(workgroup, k, lane); }`]
        : [],
    );
    return block(`case ${number}u: {`, [...elements, ...groups], '}');
  }

  private title({ kind, ids, shape, sinks }: Part): string {
    const what = ids.map((id) => `%${id} ${this.program.values[id]!.op}`);
    const where = sinks.map((sink) => `${sink.kind} ${sink.name}`);
    return `${kind} [${shape.join(', ')}]: ${[...what, ...where].join(', ')}`;
  }

  private body(part: Part): string[] {
    switch (part.kind) {
      case 'loop':
      case 'scalar':
        return this.elementwise(part);
      case 'structural':
        return this.structural(part);
      case 'events':
        return this.events(part.sinks[0]!);
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
      default:
        return this.stack(part, id, value);
    }
  }

  /** Zeros are left out and NaN is not; ascending, every product and every sum rounded. */
  private matvec(part: Part, id: number, { args, shape }: Value): string[] {
    const [x, weights] = args as [number, number];
    const keep = this.keep;
    const product = emitElementwise('mul', false, keep, [
      'x',
      this.at(weights, `j * ${this.size(shape)} + i`),
    ]);
    const sum = emitElementwise('add', false, keep, ['sum', keep ? product : `(${product})`]);
    return [
      'var sum = 0.0;',
      ...block(
        `for (var j = 0u; j < ${this.size(this.program.values[x]!.shape)}; j++) {`,
        [`let x = ${this.at(x, 'j')};`, `if (!(x == 0.0)) { sum = ${sum}; }`],
        '}',
      ),
      ...this.finish(part, id, 'sum'),
    ];
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

  /** A workgroup together: each lane takes a run of neighbouring elements, counts, and then knows where its entries go. */
  private events({ name, id, shape }: Sink): string[] {
    const size = this.size(shape);
    const { type } = this.program.values[id]!;
    const element = this.at(id, 'e');
    const isEvent = type === 'bool' ? element : `!(${element} == 0.0)`;
    const count = type === 'bool' ? 'bitcast<u32>(1.0)' : `bitcast<u32>(${element})`;
    const loop = (body: string[]) => block('for (var e = begin; e < end; e++) {', body, '}');
    return [
      'let lane = i;',
      `let each = (${size} + width - 1u) / width;`,
      `let begin = min(lane * each, ${size});`,
      `let end = min(begin + each, ${size});`,
      'var mine = 0u;',
      ...loop([`if (${isEvent}) { mine++; }`]),
      'tally[lane] = mine;',
      'workgroupBarrier();',
      'var at = 0u;',
      `if (k > 0u) { at = out[h.ends_${name} + b * h.steps + k - 1u]; }`,
      'for (var other = 0u; other < lane; other++) { at += tally[other]; }',
      `let base = b * h.steps * ${size};`,
      ...loop([
        ...block(
          `if (${isEvent}) {`,
          [`out[h.units_${name} + base + at] = e;`, `out[h.counts_${name} + base + at] = ${count};`, 'at++;'],
          '}',
        ),
      ]),
      `if (lane == width - 1u) { out[h.ends_${name} + b * h.steps + k] = at; }`,
      'workgroupBarrier();',
    ];
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

function nameOf(stage: string, level: number, place: number): string {
  return `${stage}_${level}_${place}`;
}

function asFloat(value: string, type: Value['type']): string {
  return type === 'bool' ? `select(0.0, 1.0, ${value})` : value;
}

function block(open: string, body: readonly string[], close: string): string[] {
  return [open, ...body.map((line) => `  ${line}`), close];
}
