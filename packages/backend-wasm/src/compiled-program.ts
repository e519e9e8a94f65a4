// A program compiled to WebAssembly: one module per dtype and set of records, made when first needed.
import { type Dtype, lowerProgram, programKey, type StepProgram } from '@rp/dynamics';
import { encodeModule } from './asm/encode.ts';
import type { FunctionBuilder } from './asm/function.ts';
import { printFunctions } from './asm/print.ts';
import { generate } from './compile/generate.ts';
import { Header } from './compile/header.ts';
import { bufferedStates } from './compile/in-place.ts';
import { numbersOf } from './compile/numbers.ts';

/** The functions of a module; `base` is the address of a session's header. */
export interface Kernel {
  prelude(base: number): void;
  steps(base: number, steps: number): void;
  observe(base: number, row: number): void;
}

/** A program in basic operations, and what follows from it alone. */
export interface Lowered {
  readonly program: StepProgram;
  readonly header: Header;
  readonly buffered: readonly string[];
}

export class CompiledProgram {
  readonly program: StepProgram;
  readonly simd: boolean;
  private readonly memory: WebAssembly.Memory;
  private readonly forms = new Map<Dtype, Lowered>();
  private readonly kernels = new Map<string, Kernel>();

  constructor(program: StepProgram, memory: WebAssembly.Memory, simd: boolean) {
    this.program = program;
    this.memory = memory;
    this.simd = simd;
  }

  lowered(dtype: Dtype): Lowered {
    let form = this.forms.get(dtype);
    if (form === undefined) {
      const program = lowerProgram(this.program, dtype);
      form = { program, header: new Header(program), buffered: bufferedStates(program) };
      this.forms.set(dtype, form);
    }
    return form;
  }

  listing(dtype: Dtype): string {
    return printFunctions(this.functions(dtype, []));
  }

  /** The functions for a set of records; compiles them if that hasn't been done. */
  kernel(dtype: Dtype, record: readonly string[]): Kernel {
    const key = keyOf(dtype, record);
    const kernel = this.kernels.get(key);
    return kernel ?? this.keep(key, new WebAssembly.Module(this.bytes(dtype, record)));
  }

  /** Compiles them without holding the thread. */
  async prepare(dtype: Dtype, record: readonly string[]): Promise<void> {
    const key = keyOf(dtype, record);
    if (!this.kernels.has(key)) this.keep(key, await WebAssembly.compile(this.bytes(dtype, record)));
  }

  private keep(key: string, module: WebAssembly.Module): Kernel {
    const { exports } = new WebAssembly.Instance(module, { env: { memory: this.memory } });
    const kernel = exports as unknown as Kernel;
    this.kernels.set(key, kernel);
    return kernel;
  }

  private bytes(dtype: Dtype, record: readonly string[]): Uint8Array<ArrayBuffer> {
    return encodeModule(this.functions(dtype, record));
  }

  private functions(dtype: Dtype, record: readonly string[]): FunctionBuilder[] {
    const { program, header } = this.lowered(dtype);
    return generate({ program, header, numbers: numbersOf(dtype), simd: this.simd }, record);
  }
}

function keyOf(dtype: Dtype, record: readonly string[]): string {
  return JSON.stringify([dtype, record]);
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
