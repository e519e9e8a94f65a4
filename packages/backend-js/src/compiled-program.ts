// A program compiled to JavaScript: one kernel source per dtype and set of records, made when first needed.
import { type Dtype, lowerProgram, programKey, type StepProgram } from '@rp/dynamics';
import { generate } from './compile/generate.ts';
import { compileKernel, type Kernel } from './kernel.ts';
import type { Memory } from './memory.ts';

export class CompiledProgram {
  readonly program: StepProgram;
  private readonly lowered = new Map<Dtype, StepProgram>();
  private readonly makers = new Map<string, (memory: Memory) => Kernel>();

  constructor(program: StepProgram) {
    this.program = program;
  }

  /** The program in basic operations. */
  basic(dtype: Dtype): StepProgram {
    let program = this.lowered.get(dtype);
    if (program === undefined) {
      program = lowerProgram(this.program, dtype);
      this.lowered.set(dtype, program);
    }
    return program;
  }

  source(dtype: Dtype, record: readonly string[]): string {
    return generate(this.basic(dtype), dtype, record);
  }

  kernel(memory: Memory, dtype: Dtype, record: readonly string[]): Kernel {
    const key = JSON.stringify([dtype, record]);
    let maker = this.makers.get(key);
    if (maker === undefined) {
      maker = compileKernel(this.source(dtype, record));
      this.makers.set(key, maker);
    }
    return maker(memory);
  }
}

/** Compiled programs by their whole text. */
export class ProgramCache {
  private readonly programs = new Map<string, CompiledProgram>();

  get(program: StepProgram): CompiledProgram {
    const key = programKey(program);
    let compiled = this.programs.get(key);
    if (compiled === undefined) {
      compiled = new CompiledProgram(program);
      this.programs.set(key, compiled);
    }
    return compiled;
  }

  clear(): void {
    this.programs.clear();
  }
}
