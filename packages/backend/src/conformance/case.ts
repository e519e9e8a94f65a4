// What a case is, and what it works with: an opened backend, one dtype, sessions that are closed for it, and the
// comparison with the interpreter.

import {
  type Bindings,
  type Dtype,
  Interpreter,
  isLoopOp,
  lowerProgram,
  type ParameterValue,
  type RunInputs,
  type RunOptions,
  type RunResult,
  type StepProgram,
} from '@rp/dynamics';
import { isRpError } from '@rp/errors';
import { fail } from '../error.ts';
import type { Backend, BackendPlugin, Capabilities, Session } from '../plugin.ts';
import { differenceOfResults, differenceOfTensors } from './bits.ts';

/** One promise of the contract, and the code that looks whether a backend keeps it. */
export interface ConformanceCase {
  /** The promise. Names are unique. */
  readonly name: string;
  /** What the case is about: `operations`, `runs`, … */
  readonly group: string;
  /** Resolves if the promise is kept. @throws an error whose message says what was broken, and how. */
  run(plugin: BackendPlugin): Promise<void>;
}

/** What a case gets; one per dtype. */
export class CaseContext {
  readonly plugin: BackendPlugin;
  readonly backend: Backend;
  readonly dtype: Dtype;
  private readonly open: Session[] = [];

  constructor(plugin: BackendPlugin, backend: Backend, dtype: Dtype) {
    this.plugin = plugin;
    this.backend = backend;
    this.dtype = dtype;
  }

  /** Whether results must equal those of the interpreter bit for bit. */
  get bitExact(): boolean {
    return this.backend.capabilities.bitExact.includes(this.dtype);
  }

  /** Ends the case here if the backend doesn't declare what a program needs; it must then refuse the program. */
  async requireDeclared(program: StepProgram): Promise<void> {
    const lacking = notDeclared(program, this.backend.capabilities, this.dtype);
    if (lacking === undefined) return;
    await refusedProgram(this.backend, program, `a program with ${lacking}, which is not declared,`);
    throw new NotDeclared();
  }

  /** A session in the case's dtype; it is disposed at the end of the case. */
  async session(program: StepProgram, bindings: Bindings): Promise<Session> {
    await this.requireDeclared(program);
    const executable = await this.backend.compile(program);
    return this.closing(await executable.instantiate({ ...bindings, dtype: this.dtype }));
  }

  /** A session, and an interpreter in the same place. */
  async pair(program: StepProgram, bindings: Bindings): Promise<Pair> {
    const session = await this.session(program, bindings);
    return new Pair(session, new Interpreter(program, { ...bindings, dtype: this.dtype }));
  }

  /** Has a session disposed at the end of the case. */
  closing(session: Session): Session {
    this.open.push(session);
    return session;
  }

  async close(): Promise<void> {
    for (const session of this.open) await session.dispose();
    const { sessions, bytes } = this.backend.usage();
    check(
      sessions === 0 && bytes === 0,
      `after dispose, usage() is ${sessions} sessions and ${bytes} bytes, not 0`,
    );
  }
}

/** Something that a program needs and a backend doesn't declare. */
export function notDeclared(
  program: StepProgram,
  { operations, boundedLoop, sparseParameters }: Capabilities,
  dtype: Dtype,
): string | undefined {
  const declared = new Set<string>(operations);
  const { values, loop } = lowerProgram(program, dtype);
  if (loop !== undefined && !boundedLoop) return 'a loop';
  const sparse = Object.values(program.params).some(({ storage }) => storage !== undefined);
  if (sparse && !sparseParameters) return 'a parameter stored as csr';
  return values.find(({ op }) => !declared.has(op) && !isLoopOp(op))?.op;
}

/** A session beside an interpreter that is given the same. */
export class Pair {
  readonly session: Session;
  readonly interpreter: Interpreter;

  constructor(session: Session, interpreter: Interpreter) {
    this.session = session;
    this.interpreter = interpreter;
  }

  /** Runs both; the results must be the same bits. Returns the interpreter's. */
  async run(inputs: RunInputs, options: RunOptions, what = 'run'): Promise<RunResult> {
    const expected = this.interpreter.run(inputs, options);
    same(await this.session.run(inputs, options), expected, what);
    return expected;
  }

  async write(name: string, value: ParameterValue): Promise<void> {
    await this.session.write(name, value);
    this.interpreter.write(name, value);
  }

  /** Reads from both; the values must be the same bits. */
  async read(name: string): Promise<void> {
    sameTensor(await this.session.read(name), this.interpreter.read(name), `read('${name}')`);
  }
}

/** Ends a case that needs what the backend doesn't declare. */
class NotDeclared extends Error {}

/** A case that is run in every dtype that the backend declares, with a fresh backend; leaks make it fail. */
export function eachDtype(
  group: string,
  name: string,
  body: (context: CaseContext) => Promise<void>,
): ConformanceCase {
  const run = async (plugin: BackendPlugin) => {
    const backend = await plugin.open();
    try {
      for (const dtype of backend.capabilities.dtypes) {
        const context = new CaseContext(plugin, backend, dtype);
        try {
          await body(context);
          await context.close();
        } catch (error) {
          if (error instanceof NotDeclared) {
            await context.close();
            continue;
          }
          throw fail(
            'AssertionError',
            'conformance',
            `${plugin.name}, ${dtype}: ${name}: ${messageOf(error)}`,
            {
              cause: error,
            },
          );
        }
      }
    } finally {
      await backend.dispose();
    }
  };
  return { group, name, run };
}

export function check(condition: boolean, message: string): asserts condition {
  if (!condition) throw fail('AssertionError', 'conformance', message);
}

export function same(actual: RunResult, expected: RunResult, what: string): void {
  const difference = differenceOfResults(actual, expected);
  check(difference === undefined, `${what}: ${difference}`);
}

export function sameTensor(actual: ParameterValue, expected: ParameterValue, what: string): void {
  const difference = differenceOfTensors(actual, expected);
  check(difference === undefined, `${what} ${difference}`);
}

/** What an action failed with. @throws if it doesn't fail. */
export async function failureOf(action: () => unknown, what: string): Promise<unknown> {
  try {
    await action();
  } catch (error) {
    return error;
  }
  throw fail('AssertionError', 'conformance', `${what}: was accepted, must be refused`);
}

/** An action must be refused with an error of some kind and, if given, code. */
export async function refused(
  action: () => unknown,
  what: string,
  { kind, code }: { readonly kind?: string | undefined; readonly code?: string | undefined },
): Promise<void> {
  const error = await failureOf(action, what);
  check(
    isRpError(error),
    `${what}: was refused with ${messageOf(error)}; must be an error of errorFactory(…)`,
  );
  const fine = (kind === undefined || error.kind === kind) && (code === undefined || error.code === code);
  check(
    fine,
    `${what}: was refused with ${error.kind}, code ${error.code}; expected ${kind ?? 'any kind'}, code ${code ?? 'any'}`,
  );
}

/** The same action must fail on the interpreter and here, with the same kind and code. */
export async function refusedAlike(
  action: () => unknown,
  reference: () => unknown,
  what: string,
): Promise<void> {
  const expected = await failureOf(reference, `${what} (by the interpreter)`);
  if (!isRpError(expected)) throw expected;
  await refused(action, what, expected);
}

/** A program must be refused by `check`, in words, and by `compile`. */
export async function refusedProgram(backend: Backend, program: StepProgram, what: string): Promise<void> {
  const problems = backend.check(program);
  check(problems.length > 0, `${what}: check() accepts it`);
  check(
    problems.every(({ code, message }) => code.length > 0 && message.length > 0),
    `${what}: every diagnostic needs a code and a message`,
  );
  await refused(() => backend.compile(program), `compile of ${what}`, {
    kind: 'NotImplementedError',
    code: 'program-refused',
  });
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.replace(/^\[rp:backend\] /, '') : String(error);
}
