// rp evolve: a layer file over a recording.
import { writeFileSync } from 'node:fs';
import type { Layer } from '@rp/layers-v1';
import type { LayerAdapter } from '@rp/timed-adapter';
import { TimeSeries } from '@rp/timeseries';
import type { Command } from 'commander';
import { UsageError } from '../failure.ts';
import { interruptible } from '../interrupt.ts';
import { openLayer, timed } from '../layer-file.ts';
import { writeJson, writeSeries } from '../output-file.ts';
import { plainState } from '../plain.ts';
import { progressBar } from '../progress.ts';
import { moveTo, type TargetOptions, targetOf, withTarget } from '../run-target.ts';

interface EvolveOptions extends TargetOptions {
  readonly input?: string;
  readonly duration?: number;
  readonly numTimesteps?: number;
  readonly record?: string;
  readonly output: string;
  readonly state?: string;
  readonly verbose?: boolean;
}

export function addEvolve(program: Command): void {
  withTarget(program.command('evolve <layer.json>'))
    .description('Evolves a layer over a recording and writes its output.')
    .option('--input <in.npz>', 'the input series; without it the layer gets silence')
    .option('--duration <seconds>', 'how long; default: to the end of the input', seconds('--duration'))
    .option('--num-timesteps <n>', 'how many time steps', wholeNumber('--num-timesteps'))
    .option('--record <names>', 'states to record, separated by commas; written beside the output')
    .requiredOption('--output <out.npz>', 'where the output goes')
    .option('--state <state.json>', 'where the state after the evolution goes')
    .addHelpText(
      'after',
      '\nExample:\n  rp evolve layer.json --input spikes.npz --record state --output currents.npz',
    )
    .action(async (path: string, options: EvolveOptions) => {
      const report = await interruptible((signal) => evolve(path, options, signal));
      const { json } = options as { json?: boolean };
      writeFileSync(1, json ? `${JSON.stringify(report)}\n` : `${report.text}\n`);
    });
}

async function evolve(path: string, options: EvolveOptions, signal: AbortSignal) {
  if (options.duration !== undefined && options.numTimesteps !== undefined) {
    throw new UsageError('give --duration or --num-timesteps, not both');
  }
  const target = await targetOf(options);
  const layer = await openLayer(path);
  if (options.input === undefined && options.duration === undefined && options.numTimesteps === undefined) {
    throw new UsageError('how long? Give --input, --duration or --num-timesteps');
  }
  await moveTo(layer, target);
  const input = options.input === undefined ? null : await TimeSeries.load(options.input);
  await using module = timed(layer);
  const names = options.record?.split(',') ?? [];
  if (names.length > 0) await refuseUnknown(names, layer.className, module);
  const started = performance.now();
  const bar = progressBar(layer.className);
  const { duration, numTimesteps } = options;
  const onProgress = options.verbose ? saidOnce(layer.className, bar.update) : bar.update;
  const { output, state, record } = await module
    .evolve(input, { duration, numTimesteps, record: names.length > 0, signal, onProgress })
    .finally(bar.stop);
  const seconds = (performance.now() - started) / 1000;

  signal.throwIfAborted();
  await writeSeries(options.output, output);
  const files = [options.output];
  for (const name of names) {
    const file = options.output.replace(/(\.npz)?$/, `.${name}.npz`);
    await writeSeries(file, record[name] as TimeSeries);
    files.push(file);
  }
  if (options.state !== undefined) {
    await writeJson(options.state, plainState(state));
    files.push(options.state);
  }
  return {
    layer: layer.className,
    timesteps: layer.timestep,
    seconds,
    samples: output.length,
    files,
    text: `${layer.className}: ${layer.timestep} time steps in ${seconds.toFixed(2)} s, ${output}\nwrote ${files.join(', ')}`,
  };
}

/** What can be recorded is told by an evolution of no steps, so that nobody waits for a misspelt name. */
async function refuseUnknown(
  names: readonly string[],
  className: string,
  module: LayerAdapter<Layer>,
): Promise<void> {
  const { record } = await module.evolve(null, { numTimesteps: 0, record: true });
  const known = Object.keys(record).filter((name) => record[name] instanceof TimeSeries);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new UsageError(
    `${className} cannot record ${unknown}; it can record ${known.join(', ') || 'nothing'}`,
  );
}

/** Says on standard error that the work has begun, when the first progress is told. */
function saidOnce<P extends { readonly total: number }>(name: string, update: (progress: P) => void) {
  let said = false;
  return (progress: P): void => {
    if (!said) process.stderr.write(`rp: ${name} evolves for ${progress.total} time steps\n`);
    said = true;
    update(progress);
  };
}

function seconds(name: string) {
  return (text: string): number => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (Number.isFinite(value) && value >= 0) return value;
    throw new UsageError(`${name} needs a number of seconds, 0 or more, got ${text}`);
  };
}

function wholeNumber(name: string) {
  return (text: string): number => {
    if (/^\d+$/.test(text.trim())) return Number(text);
    throw new UsageError(`${name} needs a whole number, 0 or more, got ${text}`);
  };
}
