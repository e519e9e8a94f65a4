// `pnpm bench device`: coupled spiking neurons of many sizes on whatever device WebGPU reaches, beside the same machine's
// WebAssembly, PyTorch on the same GPU, and a plain copy. It says what it ran on.
/// <reference types="@webgpu/types" />
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { isSoftware } from '../peers/in-process/peer.ts';
import { deviceCopy } from './copy.ts';
import { type Measured, measureNetwork, openPlaces } from './measure-network.ts';
import { bytesOfWeights, type NetworkName, type NetworkSize, networkNames } from './network.ts';
import { whyNoTorch } from './torch.ts';

export const deviceUsage = `pnpm bench device [--n LIST] [--batch LIST] [--per-row N] [--steps N] [--rounds N] [--exact] [--no-wasm]
  [--no-torch] [--json FILE] [lif-rec] [lif-rec-sparse]
  --n           neurons, one or more numbers with commas between; default: 1000,4096
  --batch       batch items; default: 1,64
  --per-row     synapses of a neuron in lif-rec-sparse; default: 100
  --steps       steps of a run; default: 100
  --rounds      timed runs of each; default: 3
  --exact       keep the device's compiler from contracting; default: as it likes
  --no-wasm     don't compare with WebAssembly
  --no-torch    don't compare with PyTorch`;

/** Weights that are not tried: there would be more of them than arrays can hold. */
const mostBytes = 2 ** 32;

/** Runs it; the result is the exit code: 0 fine, 1 there is no device, 2 bad usage. */
export async function runDeviceCommand(args: readonly string[]): Promise<number> {
  let options: ReturnType<typeof optionsOf>;
  try {
    options = optionsOf(args);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${deviceUsage}`);
    return 2;
  }
  const gpu = await gpuHere();
  const places = await openPlaces(gpu, options);
  if ('reason' in places) {
    console.error(`no device: ${places.reason}`);
    return 1;
  }
  const copy = await deviceCopy(gpu);
  const noTorch = options.torch ? await whyNoTorch() : 'it was not asked for';
  const machine = `${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.versions.node}`;
  console.log(`${machine}. Device: ${places.device.summary}`);
  for (const note of places.device.notes) console.log(`  ${note}`);
  if (isSoftware(places.device.summary))
    console.log('  This is software on the processor: its times tell nothing about a GPU.');
  console.log(`A copy of ${inMiB(copy.bytes)} on the device: ${perSecond(copy.perMs)} read and written`);
  if (noTorch !== undefined) console.log(`PyTorch: not run: ${noTorch}`);
  const results: Measured[] = [];
  for (const size of options.sizes) {
    const { name, neurons, batch } = size;
    const title = `${name}  N=${neurons}, batch ${batch}`;
    if (bytesOfWeights(size) > mostBytes) {
      console.log(`${title}  not run: the weights would take ${inMiB(bytesOfWeights(size))}`);
      continue;
    }
    const measured = await measureNetwork(size, places, { ...options, torch: noTorch === undefined });
    results.push(measured);
    console.log([title, ...linesOf(measured, copy.perMs).map((line) => `    ${line}`)].join('\n'));
  }
  await places.close();
  if (options.json !== undefined) {
    const all = { machine, device: places.device, copy, noTorch, results };
    await writeFile(options.json, `${JSON.stringify(all, null, 2)}\n`);
  }
  return 0;
}

/** `navigator.gpu`, or what the package `webgpu` brings. */
async function gpuHere(): Promise<GPU> {
  const own = globalThis.navigator?.gpu as GPU | undefined;
  if (own !== undefined) return own;
  const { create } = (await import('webgpu')) as unknown as { create(flags: string[]): GPU };
  return create([]);
}

function optionsOf(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      n: { type: 'string', default: '1000,4096' },
      batch: { type: 'string', default: '1,64' },
      'per-row': { type: 'string', default: '100' },
      steps: { type: 'string', default: '100' },
      rounds: { type: 'string', default: '3' },
      exact: { type: 'boolean', default: false },
      'no-wasm': { type: 'boolean', default: false },
      'no-torch': { type: 'boolean', default: false },
      json: { type: 'string' },
    },
  });
  const unknown = positionals.find((name) => !networkNames.includes(name as NetworkName));
  if (unknown !== undefined)
    throw new Error(`no workload for devices is called ${unknown}; there are ${networkNames.join(', ')}`);
  const names = positionals.length > 0 ? (positionals as NetworkName[]) : networkNames;
  const perRow = numbersOf('--per-row', values['per-row'])[0]!;
  const sizes = names.flatMap((name) =>
    numbersOf('--n', values.n).flatMap((neurons) =>
      numbersOf('--batch', values.batch).map((batch): NetworkSize => ({ name, neurons, batch, perRow })),
    ),
  );
  return {
    sizes,
    steps: numbersOf('--steps', values.steps)[0]!,
    rounds: numbersOf('--rounds', values.rounds)[0]!,
    exact: values.exact,
    wasm: !values['no-wasm'],
    torch: !values['no-torch'],
    json: values.json,
  };
}

function numbersOf(option: string, text: string): number[] {
  return text.split(',').map((part) => {
    const number = Number(part);
    if (!Number.isInteger(number) || number < 1)
      throw new Error(`${option} takes whole numbers from 1, got ${part}`);
    return number;
  });
}

function linesOf({ device, wasm, torch, spikesPerStep }: Measured, copyPerMs: number): string[] {
  if ('failed' in device) return [`device   not run: ${device.failed}`];
  const share = ((100 * device.bytesPerMs) / copyPerMs).toFixed(0);
  const lines = [
    `device   ${time(device.perStep)} per step, ${perSecond(device.bytesPerMs)}, ${share} % of what a copy reaches; ${spikesPerStep.toFixed(0)} spikes per step`,
  ];
  const beside = (name: string, perStep: number, remark: string) =>
    `${name.padEnd(8)} ${time(perStep)} per step, ${(perStep / device.perStep).toFixed(1)}×; ${remark}`;
  if (wasm !== undefined)
    lines.push(
      'failed' in wasm ? `wasm     not run: ${wasm.failed}` : beside('wasm', wasm.perStep, wasm.difference),
    );
  for (const { form, ...given } of torch) {
    const name = form === 'loop' ? 'PyTorch' : 'compiled';
    lines.push(
      'failed' in given
        ? `${name.padEnd(8)} not run: ${given.failed}`
        : beside(name, given.perStep, `${given.spikes} spikes there, ${device.spikes} here; ${given.on}`),
    );
  }
  return lines;
}

function time(milliseconds: number): string {
  return milliseconds < 1 ? `${(1000 * milliseconds).toFixed(1)} µs` : `${milliseconds.toFixed(2)} ms`;
}

function perSecond(bytesPerMs: number): string {
  return `${(bytesPerMs / 1e6).toFixed(2)} GB/s`;
}

function inMiB(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
