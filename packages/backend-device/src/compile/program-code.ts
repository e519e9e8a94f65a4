// A program compiled for devices: its levels, what lies in memory, the header, and the WGSL.
import {
  isComputed,
  lowerProgram,
  observeSinks,
  planOf,
  programKey,
  type StepProgram,
  stepSinks,
} from '@rp/dynamics';
import { type HeaderFields, headerFields } from './header.ts';
import { type Level, levelsOf } from './parts.ts';
import { generate } from './wgsl.ts';

export interface ProgramCode {
  /** In basic operations, for float32. */
  readonly program: StepProgram;
  readonly step: readonly Level[];
  readonly observe: readonly Level[];
  /** Values of the prelude that steps use; the host computes them. */
  readonly prelude: readonly number[];
  /** Values within a step that lie in memory. */
  readonly temporaries: readonly number[];
  readonly header: HeaderFields;
  readonly wgsl: string;
}

/** Compiles a program. `keep`: prevent contraction. */
export function compileProgram(source: StepProgram, keep: boolean): ProgramCode {
  const program = lowerProgram(source, 'float32');
  const plan = planOf(program);
  const records = [...Object.keys(program.records), ...Object.keys(program.state)];
  const step = levelsOf(program, plan.step, stepSinks(program, records));
  const observe = levelsOf(program, plan.observe, observeSinks(program));
  const parts = [...step, ...observe].flat();
  const temporaries = [...new Set(parts.flatMap(({ stored }) => [...stored]))].sort((a, b) => a - b);
  const prelude = preludeIds(program);
  const header = headerFields(program, [...prelude, ...temporaries]);
  const wgsl = generate({ program, step, observe, header, keep });
  return { program, step, observe, prelude, temporaries, header, wgsl };
}

/** The computed values of the prelude that something outside of it reads. */
function preludeIds(program: StepProgram): number[] {
  const isOwn = (id: number) => program.values[id]!.stage === 'prelude' && isComputed(program.values[id]!);
  const used = new Set<number>();
  for (const value of program.values) {
    if (value.stage !== 'prelude') for (const arg of value.args) used.add(arg);
  }
  const { next, observe, outputs, events, records } = program;
  for (const group of [next, observe, outputs, events, records]) {
    for (const id of Object.values(group)) used.add(id);
  }
  return [...used].filter(isOwn).sort((a, b) => a - b);
}

/** Compiled programs by their whole text. */
export class CodeCache {
  private readonly keep: boolean;
  private readonly codes = new Map<string, ProgramCode>();

  constructor(keep: boolean) {
    this.keep = keep;
  }

  get(program: StepProgram): ProgramCode {
    const key = programKey(program);
    let code = this.codes.get(key);
    if (code === undefined) {
      code = compileProgram(program, this.keep);
      this.codes.set(key, code);
    }
    return code;
  }

  clear(): void {
    this.codes.clear();
  }
}
