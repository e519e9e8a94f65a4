// Loops in C, compiled here by gcc. "native" has the vectors that WebAssembly has, 128 bits, and no contraction: it must
// give the same bits. "native wide" may use whatever vectors the machine has; still no contraction, for the same reason.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Arrays, Peer, PeerMeasurement, PeerProbe, Prepared, Rounds } from '../../harness/workload.ts';

const run = promisify(execFile);
const source = fileURLToPath(new URL('workloads.c', import.meta.url));
const minutes = 60_000;
const common = ['-O3', '-march=native', '-ffp-contract=off', '-fno-math-errno', '-fno-trapping-math'];

export const nativePeer: Peer = native('native', [
  ...common,
  '-mno-avx512f',
  '-mno-avx2',
  '-mprefer-vector-width=128',
]);
export const nativeWidePeer: Peer = native('native wide', common);

/** Those of `workloads.c`. */
const forms = [
  'lif-ff',
  'lif-rec',
  'lif-rec-sparse',
  'rate-rec',
  'cuba',
  'iaf-rec',
  'updown',
  'backtick',
  'lif-stack',
];

function native(name: string, flags: readonly string[]): Peer {
  const measureHere: Peer['measure'] = (workload, prepared, rounds) =>
    measure(flags, workload, prepared, rounds);
  return {
    name,
    probe: () => probe(flags),
    has: (workload) => forms.includes(workload),
    measure: measureHere,
  };
}

async function probe(flags: readonly string[]): Promise<PeerProbe> {
  try {
    const { stdout } = await run('gcc', ['--version'], { timeout: minutes });
    return { available: true, versions: `${stdout.split('\n')[0]} ${flags.join(' ')}` };
  } catch (error) {
    return {
      available: false,
      reason: `gcc is needed (${error instanceof Error ? error.message : String(error)})`,
    };
  }
}

/** Arrays travel as raw bytes; the program times its own work. */
async function measure(
  flags: readonly string[],
  workload: string,
  { inputs, settings }: Prepared,
  { warmUp, timed, processorTime = false }: Rounds,
): Promise<PeerMeasurement> {
  const folder = await mkdtemp(join(tmpdir(), 'rp-native-'));
  try {
    const program = join(folder, 'workloads');
    await run('gcc', [...flags, '-o', program, source, '-lm'], { timeout: minutes });
    for (const [name, array] of Object.entries(inputs)) await writeFile(join(folder, `${name}.in`), array);
    const lines = Object.entries(settings).map(([name, value]) => `${name} ${value}\n`);
    await writeFile(join(folder, 'settings'), lines.join(''));
    const { stdout } = await run(
      program,
      [folder, workload, String(warmUp), String(timed), processorTime ? 'processor' : 'wall'],
      {
        timeout: 10 * minutes,
      },
    );
    const answer = JSON.parse(stdout) as {
      milliseconds: number[];
      results: Record<string, string>;
    };
    return { milliseconds: answer.milliseconds, result: await readResults(folder, answer.results) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const arrays = { f32: Float32Array, f64: Float64Array, i32: Int32Array, u32: Uint32Array };

async function readResults(folder: string, types: Readonly<Record<string, string>>): Promise<Arrays> {
  const results: Record<string, Arrays[string]> = {};
  for (const [name, type] of Object.entries(types)) {
    const bytes = await readFile(join(folder, `${name}.out`));
    const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    results[name] = new arrays[type as keyof typeof arrays](buffer as ArrayBuffer);
  }
  return results;
}
