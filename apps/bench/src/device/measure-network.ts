// One network, timed on the device and on whatever it is compared with. A session stays open; every run begins from the
// same states. What comes back, spikes and states, is part of the time.
/// <reference types="@webgpu/types" />
import type { Backend } from '@rp/backend';
import { deviceBackend } from '@rp/backend-device';
import { wasmBackend } from '@rp/backend-wasm';
import type { RunResult, Tensor } from '@rp/dynamics';
import { sizeOf } from '@rp/ndarray';
import { difference } from '../harness/compare.ts';
import { median } from '../harness/measure.ts';
import type { Arrays } from '../harness/workload.ts';
import { makeNetwork, type NetworkCase, type NetworkSize } from './network.ts';
import { onTorch, type TorchForm } from './torch.ts';

/** Where it is run. */
export interface Places {
  readonly device: { readonly backend: Backend; readonly summary: string; readonly notes: readonly string[] };
  readonly wasm: Backend | undefined;
  close(): Promise<void>;
}

interface Failed {
  readonly failed: string;
}

export interface Measured extends NetworkSize {
  readonly steps: number;
  readonly spikesPerStep: number;
  /** Milliseconds per step; of the bytes that a step must read and write, how many per millisecond. */
  readonly device:
    | Failed
    | { readonly perStep: number; readonly bytesPerMs: number; readonly spikes: number };
  readonly wasm: Failed | { readonly perStep: number; readonly difference: string } | undefined;
  readonly torch: readonly ({ readonly form: TorchForm } & (
    | Failed
    | { readonly perStep: number; readonly spikes: number; readonly on: string }
  ))[];
}

interface Options {
  readonly steps: number;
  readonly rounds: number;
}

/** Opens them, or says why there is no device. */
export async function openPlaces(
  gpu: GPU,
  { exact, wasm }: { readonly exact: boolean; readonly wasm: boolean },
): Promise<Places | { readonly reason: string }> {
  const plugin = deviceBackend({ gpu, exact, powerPreference: 'high-performance' });
  const probe = await plugin.probe();
  if (!probe.available) return { reason: `${probe.reason} ${probe.remedy}` };
  const backend = await plugin.open();
  const beside = wasm ? await wasmBackend().open() : undefined;
  return {
    device: { backend, summary: probe.summary, notes: probe.notes ?? [] },
    wasm: beside,
    close: async () => {
      await backend.dispose();
      await beside?.dispose();
    },
  };
}

export async function measureNetwork(
  size: NetworkSize,
  places: Places,
  options: Options & { readonly torch: boolean },
): Promise<Measured> {
  const network = makeNetwork(size);
  const { steps } = options;
  const device = await timed(places.device.backend, network, options).catch(failed);
  if ('failed' in device) return { ...size, steps, spikesPerStep: 0, device, wasm: undefined, torch: [] };
  const spikes = device.result.units!.length;
  const spikesPerStep = spikes / steps;
  const perStep = device.milliseconds / steps;
  const wasm = places.wasm && (await timed(places.wasm, network, options).catch(failed));
  const torch: Measured['torch'][number][] = [];
  for (const form of options.torch ? (['loop', 'compile'] as const) : []) {
    const given = await onTorch(network, form, options).catch(failed);
    torch.push({ form, ...('failed' in given ? given : { ...given, perStep: given.milliseconds / steps }) });
  }
  return {
    ...size,
    steps,
    spikesPerStep,
    device: { perStep, bytesPerMs: network.bytesPerStep(spikesPerStep) / perStep, spikes },
    wasm:
      wasm === undefined || 'failed' in wasm
        ? wasm
        : {
            perStep: wasm.milliseconds / steps,
            difference: difference(device.result, wasm.result) ?? 'the same bits',
          },
    torch,
  };
}

function failed(error: unknown): Failed {
  return { failed: error instanceof Error ? error.message : String(error) };
}

/** The median of some runs, after one that isn't timed. */
async function timed(backend: Backend, network: NetworkCase, { steps, rounds }: Options) {
  const { program, bindings, inputs } = network;
  const executable = await backend.compile(program);
  const session = await executable.instantiate(bindings);
  try {
    const milliseconds: number[] = [];
    let result: Arrays = {};
    for (let round = 0; round <= rounds; round++) {
      for (const [name, value] of startOf(network)) await session.write(name, value);
      const began = performance.now();
      const given = await session.run(inputs, { steps });
      if (round > 0) milliseconds.push(performance.now() - began);
      result = arraysOf(given);
    }
    return { milliseconds: median(milliseconds), result };
  } finally {
    await session.dispose();
    await executable.dispose();
  }
}

function startOf({ program, bindings, batch, neurons }: NetworkCase): [string, Tensor][] {
  const zeros = { data: new Float32Array(sizeOf([batch, neurons])), shape: [batch, neurons] };
  return Object.keys(program.state).map((name) => [name, bindings.state?.[name] ?? zeros]);
}

function arraysOf({ events, state }: RunResult): Arrays {
  const { offsets, units } = events.spikes_out!;
  return { offsets, units, potential: state.potential!.data, current: state.current!.data };
}
