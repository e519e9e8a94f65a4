// PyTorch on the same GPU, in a process of its own: a loop over the steps, as one writes it, and the same compiled.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { isCsrMatrix } from '@rp/ndarray';
import { median } from '../harness/measure.ts';
import { pythonCommand } from '../peers/python/interpreter.ts';
import type { NetworkCase } from './network.ts';

const run = promisify(execFile);
const script = fileURLToPath(new URL('lif_steps.py', import.meta.url));
const minutes = 60_000;

export type TorchForm = 'loop' | 'compile';

export interface TorchResult {
  readonly milliseconds: number;
  readonly spikes: number;
  /** The version, and the GPU. */
  readonly on: string;
}

/** Why PyTorch can't be compared with here; undefined if it can. */
export async function whyNoTorch(): Promise<string | undefined> {
  const question = 'import torch; print(torch.cuda.is_available())';
  try {
    const { stdout } = await run(pythonCommand(), ['-c', question], { timeout: 2 * minutes });
    return stdout.trim() === 'True' ? undefined : 'PyTorch is here, but reaches no GPU';
  } catch (error) {
    return `${pythonCommand()} has no PyTorch (${lastLine(error)})`;
  }
}

/** Milliseconds of a run of some steps. @throws what the process says. */
export async function onTorch(
  network: NetworkCase,
  form: TorchForm,
  { steps, rounds }: { readonly steps: number; readonly rounds: number },
): Promise<TorchResult> {
  const folder = await mkdtemp(join(tmpdir(), 'rp-torch-'));
  try {
    await writeArrays(folder, network);
    const { neurons: n, batch, name } = network;
    const settings = { n, batch, steps, rounds, sparse: name === 'lif-rec-sparse', place: 'cuda' };
    await writeFile(join(folder, 'settings.json'), JSON.stringify(settings));
    const { stdout } = await run(pythonCommand(), [script, folder, form], { timeout: 20 * minutes });
    const answer = JSON.parse(stdout) as { milliseconds: number[]; spikes: number; on: string };
    return { ...answer, milliseconds: median(answer.milliseconds) };
  } catch (error) {
    throw new Error(lastLine(error), { cause: error });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeArrays(folder: string, { bindings }: NetworkCase): Promise<void> {
  for (const [name, value] of Object.entries({ ...bindings.params, ...bindings.state })) {
    await writeFile(join(folder, name), value.data);
    if (!isCsrMatrix(value)) continue;
    await writeFile(join(folder, 'indptr'), value.indptr);
    await writeFile(join(folder, 'indices'), value.indices);
  }
}

function lastLine(error: unknown): string {
  const said = (error as { stderr?: string }).stderr?.trim() || String(error);
  return said.split('\n').at(-1)!;
}
