// A program compiled to WebAssembly: one module per dtype, extents, batch and set of records, made when
// first needed. So the code knows every length and distance.
import { type Dtype, lowerProgram, programKey, type Shape, type StepProgram } from '@rp/dynamics';
import { encodeModule } from './asm/encode.ts';
import type { FunctionBuilder } from './asm/function.ts';
import { printFunctions } from './asm/print.ts';
import { generate } from './compile/generate.ts';
import { Layout } from './compile/layout.ts';
import { numbersOf } from './compile/numbers.ts';

/** The functions of a module; `base` is the address of a session's header. */
export interface Kernel {
  prelude(base: number): void;
  steps(base: number, steps: number): void;
  observe(base: number, row: number): void;
}

export class CompiledProgram {
  readonly program: StepProgram;
  private readonly simd: boolean;
  private readonly memory: WebAssembly.Memory;
  private readonly basics = new Map<Dtype, StepProgram>();
  private readonly kernels = new Map<string, Kernel>();

  constructor(program: StepProgram, memory: WebAssembly.Memory, simd: boolean) {
    this.program = program;
    this.memory = memory;
    this.simd = simd;
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
    const layout = new Layout(this.basic(dtype), { dtype, batch: 1, size });
    return `;; for extents of 100 and one batch item\n${printFunctions(this.functions(layout, []))}`;
  }

  /** The functions for some extents and a set of records; compiles them if that hasn't been done. */
  kernel(layout: Layout, record: readonly string[]): Kernel {
    const key = this.keyOf(layout, record);
    const kernel = this.kernels.get(key);
    return kernel ?? this.keep(key, new WebAssembly.Module(this.bytes(layout, record)));
  }

  /** Compiles them without holding the thread. */
  async prepare(layout: Layout, record: readonly string[]): Promise<void> {
    const key = this.keyOf(layout, record);
    if (!this.kernels.has(key)) this.keep(key, await WebAssembly.compile(this.bytes(layout, record)));
  }

  private keep(key: string, module: WebAssembly.Module): Kernel {
    const { exports } = new WebAssembly.Instance(module, { env: { memory: this.memory } });
    const kernel = exports as unknown as Kernel;
    this.kernels.set(key, kernel);
    return kernel;
  }

  private bytes(layout: Layout, record: readonly string[]): Uint8Array<ArrayBuffer> {
    return encodeModule(this.functions(layout, record));
  }

  private functions(layout: Layout, record: readonly string[]): FunctionBuilder[] {
    return generate({ layout, numbers: numbersOf(layout.sizes.dtype), simd: this.simd }, record);
  }

  private keyOf({ sizes: { dtype, batch, size } }: Layout, record: readonly string[]): string {
    return JSON.stringify([dtype, batch, this.program.dims.map((dim) => size([dim])), record]);
  }
}

/** Compiled programs by their whole text. */
export class ProgramCache {
  private readonly programs = new Map<string, CompiledProgram>();
  private readonly memory: WebAssembly.Memory;
  private readonly simd: boolean;

  constructor(memory: WebAssembly.Memory, simd: boolean) {
    this.memory = memory;
    this.simd = simd;
  }

  get(program: StepProgram): CompiledProgram {
    const key = programKey(program);
    let compiled = this.programs.get(key);
    if (compiled === undefined) {
      compiled = new CompiledProgram(program, this.memory, this.simd);
      this.programs.set(key, compiled);
    }
    return compiled;
  }

  clear(): void {
    this.programs.clear();
  }
}
