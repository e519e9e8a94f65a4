// A program compiled for devices: its levels, what lies in memory, the header, and the WGSL.
import {
  afterSinks,
  isComputed,
  loopSinks,
  lowerProgram,
  observeSinks,
  planOf,
  programKey,
  type StepProgram,
  stepSinks,
  withResults,
} from '@rp/dynamics';
import { type HeaderFields, headerFields } from './header.ts';
import { draftLevels, draftSearches, finishLevels, type Level, type Part } from './parts.ts';
import { carriedLists, listSearch, type Search } from './search.ts';
import { generate, type StepLevels } from './wgsl.ts';

export interface ProgramCode {
  /** In basic operations, for float32. */
  readonly program: StepProgram;
  /** What is done in a step, in this order: `step`, then `test` and `body` in turn, then `after`; and `observe`. */
  readonly levels: StepLevels;
  /** Values of the prelude that steps use; the host computes them. */
  readonly prelude: readonly number[];
  /** Values within a step that lie in memory. */
  readonly temporaries: readonly number[];
  readonly searches: readonly Search[];
  readonly header: HeaderFields;
  readonly wgsl: string;
}

/** Compiles a program. `keep`: prevent contraction. */
export function compileProgram(source: StepProgram, keep: boolean): ProgramCode {
  const program = lowerProgram(source, 'float32');
  const levels = levelsOf(program);
  const parts = Object.values<readonly Level[]>({ ...levels }).flat(2);
  const temporaries = [...new Set(parts.flatMap(({ stored }) => [...stored]))].sort((a, b) => a - b);
  const prelude = preludeIds(program);
  const searches = searchesOf(parts);
  const header = headerFields(program, [...prelude, ...temporaries], searches);
  const wgsl = generate({ program, levels, header, keep });
  return { program, levels, prelude, temporaries, searches, header, wgsl };
}

/** Each once: a loop searches a vector again in every iteration. */
function searchesOf(parts: readonly Part[]): Search[] {
  return [...new Map(parts.flatMap(({ search }) => (search ? [[search.key, search]] : []))).values()];
}

function levelsOf(program: StepProgram): StepLevels {
  const plan = planOf(program);
  const records = [...Object.keys(program.records), ...Object.keys(program.state)];
  const inLoop = loopSinks(program);
  const { test, body } = plan.loop ?? {};
  const lists = carriedLists(program);
  const step = finishLevels(
    program,
    {
      step: draftLevels(program, plan.step, { sinks: stepSinks(program, records), lists: lists.keys() }),
      test: test === undefined ? [] : draftLevels(program, test, {}),
      body:
        body === undefined
          ? []
          : draftLevels(program, body, { sinks: inLoop.carried, loopEvents: inLoop.events }),
      after: draftLevels(program, plan.after, { sinks: afterSinks(program, records) }),
    },
    program.loop === undefined ? [] : [program.loop.while],
  );
  const observe = draftLevels(program, plan.observe, { sinks: observeSinks(program) });
  const first = draftSearches(
    program,
    Array.from(lists.values(), (id) => listSearch(program, id)),
  );
  return { ...step, ...finishLevels(program, { first }), ...finishLevels(program, { observe }) };
}

/** The computed values of the prelude that something outside of it reads. */
function preludeIds(program: StepProgram): number[] {
  const isOwn = (id: number) => program.values[id]!.stage === 'prelude' && isComputed(program.values[id]!);
  const used = new Set<number>();
  for (const value of program.values) {
    if (value.stage !== 'prelude') for (const arg of value.args) used.add(arg);
  }
  withResults(program, (id) => {
    used.add(id);
    return id;
  });
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
