// --backend, --threads and --dtype, the same for every command that evolves something.
import type { BackendPlugin } from '@rp/backend';
import type { Dtype } from '@rp/dynamics';
import type { Layer } from '@rp/layers-v1';
import type { Command } from 'commander';
import { backendNamed } from './backends.ts';
import { UsageError } from './failure.ts';

export interface TargetOptions {
  readonly backend: string;
  readonly threads?: number | 'auto';
  readonly dtype: string;
}

export function withTarget(command: Command): Command {
  return command
    .option('--backend <name>', 'js, wasm or device', 'js')
    .option('--threads <n>', 'how many threads the wasm backend may use, or auto; default: 1', threadCount)
    .option('--dtype <type>', 'float64 or float32', 'float64');
}

function threadCount(text: string): number | 'auto' {
  const threads = Number(text);
  if (text === 'auto') return text;
  if (Number.isInteger(threads) && threads >= 1 && threads <= 64) return threads;
  throw new UsageError(`--threads is a whole number from 1 to 64, or auto; got ${text}`);
}

export interface Target {
  readonly backend: BackendPlugin;
  readonly dtype: Dtype;
}

export async function targetOf({ backend, threads, dtype }: TargetOptions): Promise<Target> {
  if (dtype !== 'float64' && dtype !== 'float32')
    throw new UsageError(`--dtype is float64 or float32, got ${dtype}`);
  return { backend: await backendNamed(backend, threads), dtype };
}

/** Moves a layer there, if it runs a program; layers that only route events run anywhere. */
export async function moveTo(layer: Layer, { backend, dtype }: Target): Promise<void> {
  if ('to' in layer && typeof layer.to === 'function') await layer.to(backend, dtype);
}
