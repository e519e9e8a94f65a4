// A program compiled to WebAssembly: one module per dtype, extents, batch and set of records, made when
// first needed. So the code knows every length and distance.
import { type Dtype, lowerProgram, programKey, type Shape, type StepProgram } from '@rp/dynamics';
import { encodeModule } from './asm/encode.ts';
import type { FunctionBuilder } from './asm/function.ts';
import { printFunctions } from './asm/print.ts';
import { obstaclesToBlocks, type Threads } from './compile/division.ts';
import { generate } from './compile/generate.ts';
import { Layout } from './compile/layout.ts';
import { numbersOf } from './compile/numbers.ts';
import type { Heap, Region } from './run/heap.ts';
import type { Pool } from './threads/pool.ts';

/** The functions of a module; `base` is the address of a session's header. */
export interface Kernel {
  prelude(base: number): void;
  steps: (base: number, steps: number) => void;
  observe(base: number, row: number): void;
  /** The module itself, where workers find it, if its `steps` is one that threads divide. */
  readonly code: Region | undefined;
}

/** What all programs of a backend are compiled for. */
export interface Place {
  readonly heap: Heap;
  readonly simd: boolean;
  /** Undefined if there is one thread. */
  readonly pool: Pool | undefined;
}

export class CompiledProgram {
  readonly program: StepProgram;
  readonly place: Place;
  private readonly basics = new Map<Dtype, StepProgram>();
  private readonly kernels = new Map<string, Kernel>();

  constructor(program: StepProgram, place: Place) {
    this.program = program;
    this.place = place;
  }

  get threads(): Threads {
    return this.place.pool?.threads ?? { most: 1, forced: undefined };
  }

  /** The program in basic operations. */
  basic(dtype: Dtype): StepProgram {
    let program = this.basics.get(dtype);
    if (program === undefined) {
      program = lowerProgram(this.program, dtype);
      this.basics.set(dtype, program);
    }
    return program;
  }

  /** The code for one batch item of which every extent is 100. */
  listing(dtype: Dtype): string {
    const size = (shape: Shape) =>
      shape.reduce<number>((product, dim) => product * (typeof dim === 'number' ? dim : 100), 1);
    const layout = new Layout(this.basic(dtype), { dtype, batch: 1, size }, this.threads);
    const about = [
      ';; for extents of 100 and one batch item',
      ...(this.threads.most > 1 ? [this.aboutThreads(dtype)] : []),
    ];
    const code = printFunctions(this.functions(layout, []), this.place.pool !== undefined);
    return `${about.join('\n')}\n${code}`;
  }

  private aboutThreads(dtype: Dtype): string {
    const obstacles = obstaclesToBlocks(this.basic(dtype));
    const blocks =
      obstacles.length === 0
        ? 'fewer items, with large steps, by blocks of elements'
        : `steps are not divided, because of ${obstacles.join(', ')}`;
    return `;; up to ${this.threads.most} threads: batch items are divided; ${blocks}`;
  }

  /** The functions for some extents and a set of records; compiles them if that hasn't been done. */
  kernel(layout: Layout, record: readonly string[]): Kernel {
    const key = this.keyOf(layout, record);
    const kernel = this.kernels.get(key);
    if (kernel !== undefined) return kernel;
    const bytes = this.bytes(layout, record);
    return this.keep(key, new WebAssembly.Module(bytes), this.publish(bytes, layout));
  }

  /** Compiles them without holding the thread. */
  async prepare(layout: Layout, record: readonly string[]): Promise<void> {
    const key = this.keyOf(layout, record);
    if (this.kernels.has(key)) return;
    const bytes = this.bytes(layout, record);
    const module = await WebAssembly.compile(bytes);
    if (!this.kernels.has(key)) this.keep(key, module, this.publish(bytes, layout));
  }

  private keep(key: string, module: WebAssembly.Module, code: Region | undefined): Kernel {
    const { memory } = this.place.heap;
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    const { prelude, steps, observe } = exports as unknown as Kernel;
    const kernel = { prelude, steps, observe, code };
    this.kernels.set(key, kernel);
    return kernel;
  }

  /** Where workers find the module; it stays there as long as the backend is open. */
  private publish(bytes: Uint8Array, { division }: Layout): Region | undefined {
    if (division.kind === 'alone') return undefined;
    const { heap } = this.place;
    const { address } = heap.allocate(bytes.length, this.program.name);
    heap.views.u8.set(bytes, address);
    return { address, bytes: bytes.length };
  }

  private bytes(layout: Layout, record: readonly string[]): Uint8Array<ArrayBuffer> {
    return encodeModule(this.functions(layout, record), this.place.pool !== undefined);
  }

  private functions(layout: Layout, record: readonly string[]): FunctionBuilder[] {
    const { simd, pool } = this.place;
    const control = pool?.address ?? 0;
    return generate({ layout, numbers: numbersOf(layout.sizes.dtype), simd, control }, record);
  }

  private keyOf({ sizes: { dtype, batch, size } }: Layout, record: readonly string[]): string {
    return JSON.stringify([dtype, batch, this.program.dims.map((dim) => size([dim])), record]);
  }
}

/** Compiled programs by their whole text. */
export class ProgramCache {
  private readonly programs = new Map<string, CompiledProgram>();
  private readonly place: Place;

  constructor(place: Place) {
    this.place = place;
  }

  get(program: StepProgram): CompiledProgram {
    const key = programKey(program);
    let compiled = this.programs.get(key);
    if (compiled === undefined) {
      compiled = new CompiledProgram(program, this.place);
      this.programs.set(key, compiled);
    }
    return compiled;
  }

  clear(): void {
    this.programs.clear();
  }
}
