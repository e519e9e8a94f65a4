// NumPy and SciPy in a Python process of one thread. Arrays travel as raw bytes in a temporary folder; the
// process times its own work, so that starting it and reading files don't count.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { NumericArray } from '@rp/ndarray';
import type { Arrays, Peer, PeerMeasurement, PeerProbe, Prepared, Rounds } from '../../harness/workload.ts';

const run = promisify(execFile);
const script = fileURLToPath(new URL('peer.py', import.meta.url));
const MINUTES = 60_000;

// OpenBLAS knows best which kernels suit the machine: whatever is set for it here would be measured too.
const oneThread = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('OPENBLAS_'))),
  OMP_NUM_THREADS: '1',
  OPENBLAS_NUM_THREADS: '1',
  MKL_NUM_THREADS: '1',
};

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

/** What `peer.py` answers. */
type Answer =
  | { readonly milliseconds: readonly number[]; readonly result: Readonly<Record<string, ArrayFile>> }
  | { readonly missing: string };

const seriesForms = [
  ...['raster', 'raster-counts', 'from-raster', 'merge-events', 'append-events', 'clip-events'],
  ...['sample-previous-ordered', 'sample-linear-ordered', 'sample-previous-random', 'sample-linear-random'],
  ...['merge-continuous', 'append-continuous'],
];
const stepForms = [
  'lif-ff',
  'lif-rec',
  'lif-rec-sparse',
  'rate-rec',
  'iaf-rec',
  'cuba',
  'updown',
  'backtick',
  'lif-stack',
  'synnet',
];

/** Step by step as the Python reference does it: its checks, copies and interpolators. */
export const referencePeer: Peer = {
  name: 'reference',
  probe,
  has: (workload) => seriesForms.includes(workload),
  measure: measureBy('reference'),
};

/** The fewest whole-array operations that give the same result. */
export const leanPeer: Peer = {
  name: 'lean NumPy',
  probe,
  has: (workload) => seriesForms.includes(workload) || stepForms.includes(workload),
  measure: measureBy('lean'),
};

async function probe(): Promise<PeerProbe> {
  try {
    const { stdout } = await run('python3', [script, '--versions'], { env: oneThread, timeout: MINUTES });
    return { available: true, versions: stdout.trim() };
  } catch (error) {
    const reason = error instanceof Error ? error.message.trim().split('\n').at(-1) : String(error);
    return { available: false, reason: `python3 with numpy is needed (${reason})` };
  }
}

function measureBy(way: 'reference' | 'lean'): Peer['measure'] {
  return (workload, prepared, rounds) => measure(way, workload, prepared, rounds);
}

async function measure(
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
    await run('python3', [script, folder], { env: oneThread, timeout: 10 * MINUTES });
    const answer = JSON.parse(await readFile(join(folder, 'answer.json'), 'utf8')) as Answer;
    if ('missing' in answer) return answer;
    return { milliseconds: answer.milliseconds, result: await readArrays(folder, answer.result) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
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
