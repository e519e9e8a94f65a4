// The real command in a process of its own, on real files.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TSContinuous, TSEvent } from '@rp/timeseries';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleCommand } from '../../../tooling/vitest/bundle-command.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const built = process.env.RP_TESTS_AGAINST === 'build';
const rate = join(root, 'test-data/golden/layers/json-layers/RecRateEuler-recrate-p-dict-n2.json');

let command = join(root, 'apps/cli/dist/main.js');
let folder = '';
beforeAll(async () => {
  if (!built) command = await bundleCommand(join(root, 'apps/cli/src/main.ts'));
  folder = await mkdtemp(join(tmpdir(), 'rp-cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);

function rp(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [command, ...args], { cwd: root }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

/** Resolves when the process has said something on standard error; rejects if it ends without. */
function saidBy(child: ChildProcess, what: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.on('data', (chunk) => {
      said += chunk;
      if (what.test(said)) resolve();
    });
    child.on('close', (code) => reject(new Error(`ended with ${code}, and had said: ${said}`)));
  });
}

describe('rp evolve', () => {
  it('writes the output, the records and the state, and says so to programs', async () => {
    const input = TSContinuous.fromClocked(
      [
        [1, 0],
        [0, 1],
        [1, 1],
      ],
      { dt: 0.1 },
    );
    await input.save(at('in.npz'));
    const { code, stdout } = await rp(
      'evolve',
      rate,
      '--input',
      at('in.npz'),
      '--output',
      at('out.npz'),
      '--record',
      'state',
      '--state',
      at('state.json'),
      '--json',
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ layer: 'RecRateEuler', timesteps: 3, samples: 4 });
    const output = await TSContinuous.load(at('out.npz'));
    const state = await TSContinuous.load(at('out.state.npz'));
    expect([output.length, state.length]).toEqual([4, 4]);
    const saved = JSON.parse(await readFile(at('state.json'), 'utf8')) as { state: number[] };
    expect(saved.state).toEqual(Array.from(state.samples.data.slice(-2)));
  });

  it.each([
    ['a missing layer file', ['evolve', 'nowhere.json', '--output', 'x.npz'], 1, /nowhere\.json/],
    ['a negative duration', ['evolve', rate, '--duration', '-1', '--output', 'x.npz'], 2, /0 or more/],
    ['half a step', ['evolve', rate, '--num-timesteps', '2.5', '--output', 'x.npz'], 2, /whole number/],
    ['to guess how long', ['evolve', rate, '--output', 'x.npz'], 2, /--input, --duration/],
    ['more steps than fit', ['evolve', rate, '--duration', '1e12', '--output', 'x.npz'], 1, /in parts/],
    [
      'two lengths at once',
      ['evolve', rate, '--duration', '1', '--num-timesteps', '3', '--output', 'x.npz'],
      2,
      /not both/,
    ],
    [
      'an unknown backend',
      ['evolve', rate, '--backend', 'abacus', '--num-timesteps', '3', '--output', 'x.npz'],
      2,
      /abacus/,
    ],
    ['an unknown option', ['evolve', rate, '--speed', '9', '--output', 'x.npz'], 2, /--speed/],
    [
      'a record that the layer has not, before the work begins',
      ['evolve', rate, '--num-timesteps', '1000000000', '--record', 'mood', '--output', 'x.npz'],
      2,
      /RecRateEuler cannot record mood/,
    ],
  ])('refuses %s in one line, and writes nothing', async (_, args, expected, message) => {
    const { code, stderr } = await rp(...args.map((arg) => (arg === 'x.npz' ? at('x.npz') : arg)));
    expect(code).toBe(expected);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(message);
    expect(existsSync(at('x.npz'))).toBe(false);
  });

  it.each([
    ['{"class_name": "Nothing", "weights": [[1]]}', /Nothing/],
    ['{"weights": [[1]]}', /class_name/],
    ['{"class_name": "RecRateEuler"}', /weights/],
    ['{"class_name"', /JSON/],
  ])('refuses the layer file %s', async (text, message) => {
    await writeFile(at('bad.json'), text);
    const { code, stderr } = await rp(
      'evolve',
      at('bad.json'),
      '--num-timesteps',
      '3',
      '--output',
      at('x.npz'),
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
  });

  it('stops at Ctrl-C with exit code 130 and leaves no file', async () => {
    const size = 800;
    const weights = Array.from({ length: size }, () => new Array<number>(size).fill(1e-4));
    await writeFile(
      at('large.json'),
      JSON.stringify({ class_name: 'RecRateEuler', weights, tau: 2, bias: 1, dt: 0.1 }),
    );
    const long = ['--num-timesteps', '30000', '--output', at('long.npz')];
    const args = ['evolve', at('large.json'), ...long, '--verbose'];
    const child = spawn(process.execPath, [command, ...args], { cwd: root });
    await saidBy(child, /evolves for 30000 time steps/);
    child.kill('SIGINT');
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(130);
    expect((await readdir(folder)).filter((name) => name.startsWith('long'))).toEqual([]);
  });
});

describe('rp graph, plot, backends', () => {
  it('writes graphs in three forms', async () => {
    expect(JSON.parse((await rp('graph', rate)).stdout)).toHaveProperty('format');
    expect((await rp('graph', rate, '--format', 'dot')).stdout).toContain('digraph');
    expect((await rp('graph', rate, '--format', 'mermaid')).stdout).toContain('flowchart');
    expect((await rp('graph', rate, '--format', 'poem')).code).toBe(2);
    const dot = await rp('graph', rate, '--format', 'dot', '--json');
    expect(JSON.parse(dot.stdout)).toMatchObject({ format: 'dot', text: expect.stringContaining('digraph') });
    const written = await rp('graph', rate, '-o', at('graph.json'));
    expect(written.stdout).toBe(`wrote ${at('graph.json')}\n`);
  });

  it('draws a series as SVG and PNG, and refuses a broken one', async () => {
    const spikes = join(root, 'test-data/golden/core/npz/event-basic.npz');
    expect((await rp('plot', spikes, '-o', at('a.svg'))).code).toBe(0);
    expect(await readFile(at('a.svg'), 'utf8')).toContain('<svg');
    const png = await rp('plot', spikes, '-o', at('a.png'), '--json');
    expect([png.code, JSON.parse(png.stdout)]).toEqual([0, { files: [at('a.png')] }]);
    expect((await readFile(at('a.png'))).subarray(1, 4).toString()).toBe('PNG');
    await writeFile(at('cut.npz'), (await readFile(spikes)).subarray(0, 300));
    const broken = await rp('plot', at('cut.npz'), '-o', at('b.png'));
    expect([broken.code, broken.stderr.includes('cut.npz')]).toEqual([1, true]);
  });

  it('says what can run here, and why not', async () => {
    const probes = JSON.parse((await rp('backends', '--json')).stdout);
    expect(probes).toMatchObject({ js: { available: true }, wasm: { available: true } });
    // Whether there is a device depends on the machine; if not, the reason is told.
    const { available, summary, reason, remedy } = probes.device;
    expect(available ? summary : reason + remedy).toMatch(/WebGPU|webgpu|driver/);
  });
});

describe('rp demo ecg', () => {
  it('meets every event that the reference recorded, of the encoders and of the spiking reservoir', async () => {
    const { code, stdout } = await rp('demo', 'ecg', '--out', at('ecg'), '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      spikes: 4274,
      reservoirSpikes: 39843,
      comparisons: [
        { what: 'encoder', equal: 4274, total: 4274 },
        { what: 'spiking reservoir', equal: 39843, total: 39843 },
        { equal: 5589, total: 5589 },
      ],
      equalEvents: 49706,
      referenceEvents: 49706,
    });
    expect((await readdir(at('ecg'))).sort()).toEqual([
      'figure.png',
      'figure.svg',
      'graph.json',
      'graph.mmd',
      'reservoir-spikes.npz',
      'reservoir.npz',
      'spikes.npz',
    ]);
    expect((await TSEvent.load(at('ecg/spikes.npz'))).length).toBe(4274);
    expect((await TSEvent.load(at('ecg/reservoir-spikes.npz'))).length).toBe(39843);
    expect(await readFile(at('ecg/figure.svg'), 'utf8')).toContain('all 39,843 events in 60 s equal');
  });

  it('has the recordings and the reservoir of the reference run', async () => {
    const data = (name: string) => join(root, 'apps/cli/data/ecg', name);
    const real = (name: string) => join(root, 'test-data/golden/layers/real/ecg', name);
    const copies = [
      ['ecg_60s.npz', 'ecg_60s.npz'],
      ['events_single.npz', 'events_single.npz'],
      ['events_multiplex.npz', 'events_multiplex.npz'],
      ['reservoir_events.npz', 'reservoir_iaf_events.npz'],
    ] as const;
    for (const [copy, original] of copies) {
      expect((await readFile(data(copy))).equals(await readFile(real(original)))).toBe(true);
    }
    const manifest = JSON.parse(await readFile(real('manifest.json'), 'utf8'));
    const { config } = manifest.steps.find((step: { class: string }) => step.class === 'RecIAFSpkInBrian');
    const saved = JSON.parse(await readFile(data('reservoir.json'), 'utf8'));
    const plain = (value: unknown) => [value].flat(2).map((number) => Number(number) + 0);
    for (const name of ['weights_in', 'weights_rec', 'bias', 'dt', 'refractory']) {
      expect(plain(saved[name])).toEqual(plain(config[name]));
    }
    for (const name of ['tau_mem', 'tau_syn_inp', 'tau_syn_rec']) {
      expect(new Set(saved[name])).toEqual(new Set([config[name]]));
    }
  });
});
