// Turns generated source into functions. The only place in this repository that generates code at run time.
import type { Memory } from './memory.ts';

export interface Kernel {
  prelude(): void;
  steps(from: number, to: number): void;
  observe(row: number): void;
}

type KernelMaker = (memory: Memory) => Kernel;

/** @throws EvalError where a content-security policy forbids it. */
export function compileKernel(source: string): KernelMaker {
  return new Function('m', source) as KernelMaker;
}

/** Why code can't be generated here, or undefined where it can. */
export function codeGenerationProblem(): string | undefined {
  try {
    return new Function('return 1')() === 1 ? undefined : 'generated code gives wrong results';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
