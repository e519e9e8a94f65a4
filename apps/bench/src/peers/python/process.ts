// A Python process that does the work and times it itself, so that starting it and reading files don't count. Arrays
// travel as raw bytes in a temporary folder.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { NumericArray } from '@rp/ndarray';
import type { Arrays, PeerMeasurement, Prepared, Rounds } from '../../harness/workload.ts';
import { oneThread, pythonCommand } from './interpreter.ts';

const run = promisify(execFile);
const script = fileURLToPath(new URL('run.py', import.meta.url));
const MINUTES = 60_000;

/** Element types by NumPy's names for them. */
const elementTypes = {
  float64: Float64Array,
  float32: Float32Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int8: Int8Array,
  uint8: Uint8Array,
};
type ElementType = keyof typeof elementTypes;

interface ArrayFile {
  readonly file: string;
  readonly dtype: ElementType;
}

/** What `run.py` answers. */
type Answer =
  | { readonly milliseconds: readonly number[]; readonly result: Readonly<Record<string, ArrayFile>> }
  | { readonly missing: string };

/** Which versions of these packages are there; of `name?` maybe none. @throws Error with the process's last words. */
export async function versionsOf(packages: readonly string[]): Promise<string> {
  const { stdout } = await python([script, '--versions', ...packages], 2 * MINUTES);
  return stdout.trim();
}

/** The workloads of which there are forms in Python. @throws Error with the process's last words. */
export async function formsIn(way: string): Promise<string[]> {
  const { stdout } = await python([script, '--forms', way], 2 * MINUTES);
  return stdout.trim().split('\n');
}

/** Does the work of a workload in this way (see `run.py`). @throws Error with the process's last words. */
export async function measureIn(
  way: string,
  workload: string,
  prepared: Prepared,
  rounds: Rounds,
): Promise<PeerMeasurement> {
  const folder = await mkdtemp(join(tmpdir(), 'rp-bench-'));
  try {
    const inputs = await writeArrays(folder, prepared.inputs);
    const request = { way, workload, inputs, settings: prepared.settings, rounds };
    await writeFile(join(folder, 'request.json'), JSON.stringify(request));
    await python([script, folder], 10 * MINUTES);
    const answer = JSON.parse(await readFile(join(folder, 'answer.json'), 'utf8')) as Answer;
    if ('missing' in answer) return answer;
    return { milliseconds: answer.milliseconds, result: await readArrays(folder, answer.result) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function python(args: readonly string[], timeout: number): Promise<{ readonly stdout: string }> {
  try {
    return await run(pythonCommand(), [...args], { env: oneThread, timeout });
  } catch (error) {
    throw new Error(lastLine(error), { cause: error });
  }
}

function lastLine(error: unknown): string {
  const said = (error as { stderr?: string }).stderr?.trim() || String(error);
  return said.split('\n').at(-1)!;
}

async function writeArrays(folder: string, arrays: Arrays): Promise<Record<string, ArrayFile>> {
  const files: Record<string, ArrayFile> = {};
  for (const [name, array] of Object.entries(arrays)) {
    files[name] = { file: `in-${name}.raw`, dtype: typeOf(array) };
    await writeFile(join(folder, files[name].file), array);
  }
  return files;
}

function typeOf(array: NumericArray): ElementType {
  const found = Object.entries(elementTypes).find(([, type]) => array instanceof type);
  if (found === undefined) throw new Error(`no NumPy type for ${array.constructor.name}`);
  return found[0] as ElementType;
}

async function readArrays(folder: string, files: Readonly<Record<string, ArrayFile>>): Promise<Arrays> {
  const arrays: Record<string, NumericArray> = {};
  for (const [name, { file, dtype }] of Object.entries(files)) {
    const { buffer, byteOffset, byteLength } = await readFile(join(folder, file));
    const bytes = buffer.slice(byteOffset, byteOffset + byteLength);
    arrays[name] = new elementTypes[dtype](bytes);
  }
  return arrays;
}
