import { describe, expect, it } from 'vitest';
import { runCommand } from '../src/command.ts';
import { chartsSvg } from '../src/growth/log-chart.ts';
import { runWorkload } from '../src/harness/bench.ts';
import { difference } from '../src/harness/compare.ts';
import { withText } from '../src/harness/markdown-file.ts';
import { measure, median } from '../src/harness/measure.ts';
import { ascendingTimes, seeded } from '../src/harness/random.ts';
import { closingLines, markdown, terminalLines } from '../src/harness/report.ts';
import type { Peer, Workload } from '../src/harness/workload.ts';
import { workloads } from '../src/workloads/index.ts';

const rounds = { warmUp: 1, timed: 5 };

const doubling: Workload = {
  name: 'doubling',
  title: 'two numbers, doubled',
  subject: 'step programs',
  dtype: 'float64',
  goals: { honest: 1e9 },
  prepare: () => ({
    inputs: { x: Float64Array.of(1, 2) },
    settings: {},
    run: () => ({ y: Float64Array.of(2, 4) }),
    cost: { neuronSteps: 2, bytesMoved: ({ y }) => 2 * y!.byteLength, bytesHeld: () => 3e6 },
  }),
};

const peerThatGives = (name: string, y: Float64Array): Peer => ({
  name,
  probe: async () => ({ available: true, versions: `${name} 1` }),
  has: () => true,
  measure: async () => ({ milliseconds: [3, 1, 2], result: { y } }),
});

async function entryWith(...peers: Peer[]) {
  const probed = await Promise.all(peers.map(async (peer) => ({ peer, probe: await peer.probe() })));
  const setting = { machine: 'here', copyBandwidth: 1, peers: probed };
  return { setting, entry: await runWorkload(doubling, probed, rounds) };
}

describe('results are compared bit for bit', () => {
  const same: [string, number[], number[], boolean][] = [
    ['the same numbers', [1, 2], [1, 2], true],
    ['NaN and NaN', [Number.NaN], [Number.NaN], true],
    ['0 and -0', [0], [-0], false],
    ['the last bit', [0.1 + 0.2], [0.3], false],
    ['NaN and Infinity', [Number.NaN], [Number.POSITIVE_INFINITY], false],
    ['one more', [1], [1, 2], false],
  ];
  it.each(same)('%s', (_, ours, theirs, equal) => {
    const found = difference({ y: Float64Array.from(ours) }, { y: Float64Array.from(theirs) });
    expect(found === null).toBe(equal);
  });

  it('and by name; nothing at all is not a result', () => {
    expect(difference({ a: Float64Array.of(1) }, { b: Float64Array.of(1) })).toContain(
      '[a] here and [b] there',
    );
    expect(difference({}, {})).not.toBeNull();
  });

  it('and a difference tells where it is', () => {
    expect(difference({ y: Float64Array.of(1, 0) }, { y: Float64Array.of(1, -0) })).toBe(
      'y: element 1 is 0 here, -0 there',
    );
  });
});

it('the median is the middle, not the mean', () => {
  expect(median([100, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(median([])).toBeNaN();
});

it('work is done as often as asked, and only the rounds after the warm-up are timed', async () => {
  let count = 0;
  const run = () => ({ n: Int32Array.of(++count) });
  const { milliseconds, result } = await measure({ inputs: {}, settings: {}, run }, { warmUp: 2, timed: 5 });
  expect(milliseconds).toHaveLength(5);
  expect(result).toEqual({ n: Int32Array.of(7) });
});

it('no time is told of a peer with another result', async () => {
  const { entry, setting } = await entryWith(peerThatGives('wrong', Float64Array.of(2, 5)));
  expect(entry.peers).toEqual([
    { peer: 'wrong', outcome: 'other-result', reason: 'y: element 1 is 4 here, 5 there' },
  ]);
  expect(terminalLines(entry, setting)).toContain('ANOTHER RESULT');
  expect(markdown(setting, [entry])).toMatch(/\| doubling .*\| other result \|/);
});

it('results that are not the same bits count only within a tolerance that is told', async () => {
  const near = (why: string): Peer => ({
    ...peerThatGives(why, Float64Array.of()),
    measure: async () => ({
      milliseconds: [1],
      result: { y: Float64Array.of(2, 4.001) },
      tolerance: { within: why === 'wide' ? 1e-3 : 1e-5, why },
    }),
  });
  const { entry, setting } = await entryWith(
    near('wide'),
    near('narrow'),
    peerThatGives('exact', Float64Array.of(2, 4)),
  );
  expect(entry.peers.map(({ outcome }) => outcome)).toEqual(['same-result', 'other-result', 'same-result']);
  expect(entry.peers[0]).toMatchObject({ tolerance: { within: 1e-3, why: 'wide' } });
  expect(entry.peers[2]).toMatchObject({ tolerance: null });
  expect(markdown(setting, [entry])).toContain('doubling, wide: the same within 0.001, since wide');
});

it('short work is done for as long as asked', async () => {
  const run = () => ({ n: Int32Array.of(1) });
  const { milliseconds } = await measure(
    { inputs: {}, settings: {}, run },
    { warmUp: 0, timed: 5, atLeast: 3 },
  );
  expect(milliseconds.reduce((sum, time) => sum + time, 0)).toBeGreaterThanOrEqual(3);
});

it('slow work is done once untimed and three times timed, be it asked for more often or not', async () => {
  let count = 0;
  const run = async () => {
    const start = performance.now();
    while (performance.now() < start + 2);
    return { n: Int32Array.of(++count) };
  };
  const prepared = { inputs: {}, settings: {}, run };
  const slow = await measure(prepared, { warmUp: 3, timed: 7, enough: 1 });
  expect(slow.milliseconds).toHaveLength(3);
  expect(slow.result).toEqual({ n: Int32Array.of(4) });
  expect((await measure(prepared, { warmUp: 3, timed: 7, enough: 1e4 })).milliseconds).toHaveLength(7);
});

it('within a tolerance too, whole numbers are the same', () => {
  const spikes = (unit: number) => ({ units: Int32Array.of(unit), v: Float32Array.of(unit) });
  expect(difference(spikes(10_000), spikes(10_001), 1e-3)).toContain('units');
  expect(difference({ v: Float32Array.of(10_000) }, { v: Float32Array.of(10_001) }, 1e-3)).toBeNull();
});

it('a time limit that is missed is told', async () => {
  const { entry } = await entryWith();
  const late = { ...entry, milliseconds: 2, limits: { here: 1 } };
  expect(closingLines([late])).toBe('Goal missed: doubling, here: 2.00 ms instead of 1.00 ms');
});

it('a peer that is missing is named once, at the end, with the reason and what it would have done', async () => {
  const missing: Peer = {
    ...peerThatGives('missing', Float64Array.of()),
    probe: async () => ({ available: false, reason: 'not installed' }),
  };
  const unable: Peer = {
    ...peerThatGives('unable', Float64Array.of()),
    measure: async () => ({ missing: 'it needs SciPy' }),
  };
  const { entry, setting } = await entryWith(missing, unable);
  const closing = closingLines([entry, { ...entry, name: 'again' }]);
  expect(closing).toContain('Not measured: missing: not installed (doubling, again)');
  expect(closing).toContain('Not measured: unable: it needs SciPy (doubling, again)');
  expect(terminalLines(entry, setting)).not.toContain('missing');
  expect(markdown(setting, [entry]).match(/not installed/g)).toHaveLength(1);
});

it('a peer without a form of the work is not told of', async () => {
  const idle: Peer = { ...peerThatGives('idle', Float64Array.of()), has: () => false };
  const { entry, setting } = await entryWith(idle);
  expect(entry.peers).toEqual([]);
  expect(terminalLines(entry, setting) + closingLines([entry])).not.toContain('idle');
});

it('a goal that is missed is said to be missed', async () => {
  const { entry, setting } = await entryWith(peerThatGives('honest', Float64Array.of(2, 4)));
  expect(entry.peers[0]).toMatchObject({ outcome: 'same-result', milliseconds: 2, goal: 1e9 });
  expect(terminalLines(entry, setting)).toMatch(/goal 1000000000×, missed/);
  expect(closingLines([entry])).toMatch(/Goal missed: doubling, honest: .*instead of 1000000000×/);
});

it('the work is measured by neurons and bytes too', async () => {
  const { entry, setting } = await entryWith();
  const slow = { ...entry, milliseconds: 4 };
  expect(entry.cost).toEqual({ neuronSteps: 2, bytesMoved: 32, bytesHeld: 3e6 });
  expect(terminalLines(slow, setting)).toContain('2000000 ns per neuron-step, holds 3.0 MB, moves 8.0× of');
  expect(markdown(setting, [slow])).toContain(
    '| doubling | 4.00 ms |      2000000 ns | 3.0 MB |      8.0× |',
  );
});

it('libraries have a table of their own where one for all would be too wide', async () => {
  const names = ['a', 'b', 'c', 'd'];
  const own = names.map((name) => peerThatGives(`own-${name}`, Float64Array.of(2, 4)));
  const libraries = names.map((name) => ({
    ...peerThatGives(`lib-${name}`, Float64Array.of(2, 4)),
    library: true,
  }));
  const headsWith = async (...peers: Peer[]) => {
    const { entry, setting } = await entryWith(...peers);
    const idle = { ...entry, name: 'idle', peers: [] };
    const lines = markdown(setting, [entry, idle]).split('\n');
    expect(lines.filter((line) => line.startsWith('| idle'))).toHaveLength(1);
    return lines.filter((line) => line.startsWith('| workload')).map((line) => line.match(/(own|lib)-./g));
  };
  expect(await headsWith(own[0]!, libraries[0]!)).toEqual([['own-a', 'lib-a']]);
  expect(await headsWith(...own, ...libraries)).toEqual([
    names.map((name) => `own-${name}`),
    names.map((name) => `lib-${name}`),
  ]);
});

it('tables replace what is between the marks of a document, and nothing else', () => {
  const document = 'before\n<!-- bench: start -->\nold\n<!-- bench: end -->\nafter\n';
  const once = withText(document, 'new\n');
  expect(once).toBe('before\n<!-- bench: start -->\nnew\n<!-- bench: end -->\nafter\n');
  expect(withText(once, 'new\n')).toBe(once);
  expect(withText('no marks', 'new\n')).toBe('# Benchmarks\n\nnew\n');
});

it('a chart has a line for each thing that grows, and a power of ten where it should be', () => {
  const points = [1, 10, 100].map((x) => [x, x * x] as const);
  const svg = chartsSvg([
    { title: 'Squares', xLabel: 'x', yLabel: 'ms', lines: [{ label: 'square', points }] },
  ]);
  expect(svg.match(/<polyline /g)).toHaveLength(1);
  const [first, middle, last] = /polyline points="([^"]+)"/
    .exec(svg)![1]!
    .split(' ')
    .map((p) => p.split(',').map(Number));
  expect(middle![0]).toBeCloseTo((first![0]! + last![0]!) / 2, 0);
  expect(middle![1]).toBeCloseTo((first![1]! + last![1]!) / 2, 0);
  for (const power of [1, 10, 100, 1000, 10000]) expect(svg).toContain(`>${power}</text>`);
});

it('the data are the same in every run, and times ascend', () => {
  const times = ascendingTimes(1000, 0, 10, seeded(7));
  expect(times).toEqual(ascendingTimes(1000, 0, 10, seeded(7)));
  expect(times).not.toEqual(ascendingTimes(1000, 0, 10, seeded(8)));
  expect(times.every((time, i) => i === 0 || time > times[i - 1]!)).toBe(true);
});

it('workloads have names of their own', () => {
  const names = workloads.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

it.each([
  ['--rounds', '3'],
  ['no-such-workload'],
  ['--growth', 'picture.jpg'],
  ['--no-such-option'],
  ['--peers', 'nobody'],
])('bad usage is told: %s', async (...args) => {
  expect(await runCommand(args)).toBe(2);
});
