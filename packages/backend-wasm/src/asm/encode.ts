// From trees to the bytes of a module: WebAssembly 1.0 with fixed-width SIMD and atomics, a memory that is imported, and
// functions that are exported.
import { fail } from '../error.ts';
import type { FunctionBuilder } from './function.ts';
import { instruction, type ValType } from './instructions.ts';
import type { Label, Local, Node } from './node.ts';

const typeCodes = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b } satisfies Record<
  ValType,
  number
>;
const noResult = 0x40;

/** The most pages that a memory can have; one that is shared has to say how many. */
export const mostPages = 65536;

/** The module; it imports the memory `env.memory`, of which it has to know whether threads share it. */
export function encodeModule(functions: readonly FunctionBuilder[], shared = false): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ params }) => [
    0x60,
    ...vector(params.map(({ type }) => [typeCodes[type]])),
    0,
  ]);
  const limits = shared ? [3, 0, ...unsigned(mostPages)] : [0, 0];
  const memory = [...text('env'), ...text('memory'), 2, ...limits];
  const exported = functions.map(({ name }, index) => [...text(name), 0, ...unsigned(index)]);
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector(types)),
    ...section(2, vector([memory])),
    ...section(3, vector(functions.map((_, index) => unsigned(index)))),
    ...section(7, vector(exported)),
    ...section(10, vector(functions.map(body))),
  ]);
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}

function vector(items: readonly (readonly number[])[]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

function text(name: string): number[] {
  return vector([...new TextEncoder().encode(name)].map((byte) => [byte]));
}

function body(builder: FunctionBuilder): number[] {
  const bytes: number[] = [...vector(runs(builder.locals.slice(builder.params.length)))];
  const encoder = new Encoder(bytes);
  for (const node of builder.body) encoder.node(node);
  bytes.push(0x0b);
  return [...unsigned(bytes.length), ...bytes];
}

/** Variables of one type that follow each other are declared together. */
function runs(locals: readonly Local[]): number[][] {
  const found: { type: ValType; count: number }[] = [];
  for (const { type } of locals) {
    const last = found.at(-1);
    if (last?.type === type) last.count++;
    else found.push({ type, count: 1 });
  }
  return found.map(({ type, count }) => [...unsigned(count), typeCodes[type]]);
}

class Encoder {
  private readonly bytes: number[];
  private readonly labels: (Label | undefined)[] = [];

  constructor(bytes: number[]) {
    this.bytes = bytes;
  }

  node(node: Node): void {
    const { bytes } = this;
    switch (node.kind) {
      case 'instruction':
        for (const arg of node.args) this.node(arg);
        this.instruction(node);
        return;
      case 'select':
        for (const arg of node.args) this.node(arg);
        // A vector has to say its type.
        bytes.push(...(node.type === 'v128' ? [0x1c, 1, typeCodes.v128] : [0x1b]));
        return;
      case 'const':
        bytes.push(...constant(node.type, node.value));
        return;
      case 'get':
        bytes.push(0x20, ...unsigned(node.local.index));
        return;
      case 'set':
        this.node(node.value);
        bytes.push(0x21, ...unsigned(node.local.index));
        return;
      case 'block':
      case 'loop':
        bytes.push(node.kind === 'block' ? 0x02 : 0x03, noResult);
        this.nested(node.label, node.body);
        bytes.push(0x0b);
        return;
      case 'if':
        this.node(node.condition);
        bytes.push(0x04, noResult);
        this.nested(undefined, node.body);
        if (node.otherwise.length > 0) {
          bytes.push(0x05);
          this.nested(undefined, node.otherwise);
        }
        bytes.push(0x0b);
        return;
      case 'branch':
        this.node(node.condition);
        bytes.push(0x0d, ...unsigned(this.depthOf(node.label)));
    }
  }

  private instruction(node: Extract<Node, { kind: 'instruction' }>): void {
    const { code, immediate } = instruction(node.name);
    this.bytes.push(...code);
    // The alignment is a hint; none is given.
    if (immediate === 'memory' || immediate === 'memory-lane') this.bytes.push(0, ...unsigned(node.offset));
    // That of atomic instructions is none: four bytes.
    if (immediate === 'atomic') this.bytes.push(2, ...unsigned(node.offset));
    if (immediate === 'lane' || immediate === 'memory-lane') this.bytes.push(node.lane);
    if (immediate === 'bytes') this.bytes.push(...node.bytes);
  }

  private nested(label: Label | undefined, body: readonly Node[]): void {
    this.labels.unshift(label);
    for (const node of body) this.node(node);
    this.labels.shift();
  }

  private depthOf(label: Label): number {
    const depth = this.labels.indexOf(label);
    if (depth < 0) throw fail('RuntimeError', 'assembler', `a branch to ${label.name} from outside of it`);
    return depth;
  }
}

function constant(type: ValType, value: number | readonly number[]): number[] {
  if (typeof value !== 'number') return [0xfd, 0x0c, ...new Uint8Array(Uint32Array.from(value).buffer)];
  switch (type) {
    case 'i32':
      return [0x41, ...signed(value | 0)];
    case 'i64':
      return [0x42, ...signed(value)];
    case 'f32':
      return [0x43, ...littleEndian(4, (view) => view.setFloat32(0, value, true))];
    default:
      return [0x44, ...littleEndian(8, (view) => view.setFloat64(0, value, true))];
  }
}

function littleEndian(length: number, write: (view: DataView) => void): Uint8Array {
  const view = new DataView(new ArrayBuffer(length));
  write(view);
  return new Uint8Array(view.buffer);
}

function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; ) {
    const low = rest % 0x80;
    rest = Math.floor(rest / 0x80);
    if (rest === 0) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

function signed(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; ) {
    const low = ((rest % 0x80) + 0x80) % 0x80;
    rest = Math.floor(rest / 0x80);
    if ((rest === 0 && low < 0x40) || (rest === -1 && low >= 0x40)) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}
