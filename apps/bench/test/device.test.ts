// The command for devices, and the device among the peers: on a software GPU, where there is one.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useSoftwareGpu } from '../../../tooling/vitest/software-gpu.ts';
import { runDeviceCommand } from '../src/device/command.ts';
import { makeNetwork } from '../src/device/network.ts';
import { difference } from '../src/harness/compare.ts';
import { isSoftware } from '../src/peers/in-process/peer.ts';
import { defineLif, results } from '../src/workloads/dynamics/lif.ts';
import { programWorkload } from '../src/workloads/dynamics/program-workload.ts';

useSoftwareGpu();
const { deviceBackend } = await import('@rp/backend-device');
const probe = await deviceBackend().probe();
const skipped = !probe.available && process.env.RP_REQUIRE_DEVICE !== '1';
if (skipped) console.warn(`\n*** SKIPPED: benchmarks on a device. ${probe.reason} ${probe.remedy} ***\n`);

const said: string[] = [];
beforeEach(() => {
  said.length = 0;
  vi.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
  vi.spyOn(console, 'error').mockImplementation((line: string) => void said.push(line));
});
afterEach(() => vi.restoreAllMocks());

it.each([
  [['--n', '0'], /--n takes whole numbers from 1, got 0/],
  [['--batch', '1,x'], /--batch takes whole numbers from 1, got x/],
  [['lif-ff'], /no workload for devices is called lif-ff; there are lif-rec, lif-rec-sparse/],
  [['--fast'], /--fast/],
] as const)('bad usage is told: %s', async (args, message) => {
  expect(await runDeviceCommand(args)).toBe(2);
  expect(said.join('\n')).toMatch(message);
});

it('a network is the same every time; the bytes of a step follow its spikes', () => {
  const size = { name: 'lif-rec', neurons: 20, batch: 3, perRow: 4 } as const;
  const network = makeNetwork(size);
  expect(makeNetwork(size).bindings).toEqual(network.bindings);
  // Two states of three read and written, four parameters, a row of weights and an entry for each spike.
  expect(network.bytesPerStep(5)).toBe(4 * 3 * 20 * 10 + 5 * (4 * 20 + 8));
  expect(makeNetwork({ ...size, name: 'lif-rec-sparse' }).bytesPerStep(0)).toBe(
    4 * 3 * 20 * 10 + 8 * 3 * 20 * 4,
  );
});

it('software is known for what it is', () => {
  expect(isSoftware('WebGPU on SwiftShader driver 5.0.0, float32')).toBe(true);
  expect(isSoftware('WebGPU on NVIDIA H100, float32')).toBe(false);
});

describe.skipIf(skipped)('on a device', () => {
  it('both networks are measured, give the bits of WebAssembly, and it is said where', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rp-bench-'));
    const json = join(folder, 'out.json');
    const args = [
      '--n',
      '70',
      '--batch',
      '1,2',
      '--per-row',
      '5',
      '--steps',
      '12',
      '--rounds',
      '1',
      '--json',
      json,
    ];
    expect(await runDeviceCommand(args)).toBe(0);
    const { results: rows, device, copy } = JSON.parse(readFileSync(json, 'utf8'));
    rmSync(folder, { recursive: true });
    expect(rows).toHaveLength(4);
    for (const row of rows) {
      expect(row.wasm.difference).toBe('the same bits');
      expect(row.spikesPerStep).toBeGreaterThan(0);
      expect(row.device.bytesPerMs).toBeGreaterThan(0);
    }
    expect(copy.perMs).toBeGreaterThan(0);
    if (isSoftware(device.summary)) expect(said.join('\n')).toContain('times tell nothing about a GPU');
  });

  it('a workload in float32 has a form for it, with the same bits; one in float64 has none', async () => {
    const n = 12;
    const vector = (value: number) => ({ data: new Float32Array(n).fill(value), shape: [n] });
    const make = () => ({
      program: defineLif('small', false),
      bindings: {
        dims: { n },
        dt: 0.001,
        params: { alpha: vector(0.5), beta: vector(0.5), threshold: vector(1), bias: vector(0.75) },
      },
      inputs: {},
      steps: 9,
      results,
      plain: () => ({}),
      data: {},
      neurons: n,
    });
    const single = await programWorkload('small', '', 'float32', {}, make).prepare();
    const here = await single.run();
    if (typeof here === 'function') throw new Error('this workload gives its results at once');
    expect(here.units!.length).toBeGreaterThan(0);
    expect(difference(here, await single.others!.device!())).toBeNull();
    await single.dispose?.();
    const double = await programWorkload('small', '', 'float64', {}, make).prepare();
    expect(double.others).not.toHaveProperty('device');
    await double.dispose?.();
  });
});
