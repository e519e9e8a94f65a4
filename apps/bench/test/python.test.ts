// The peers in Python do the work of the step programs and get the same results: those whose libraries are installed.
import { describe, expect, it, vi } from 'vitest';
import { difference } from '../src/harness/compare.ts';
import { arraysOf } from '../src/harness/measure.ts';
import { pythonPeers } from '../src/peers/python/peer.ts';
import { formsIn } from '../src/peers/python/process.ts';
import { workloads } from '../src/workloads/index.ts';

const probed = await Promise.all(pythonPeers.map(async (peer) => ({ peer, probe: await peer.probe() })));
for (const { peer, probe } of probed) {
  if (!probe.available) console.warn(`\n*** SKIPPED: benchmarks on ${peer.name}. ${probe.reason} ***\n`);
}

const programs = workloads.filter(({ subject }) => subject === 'step programs');

it('a Python that can do nothing is told of, with what is needed', async () => {
  vi.stubEnv('RP_BENCH_PYTHON', 'no-such-python');
  const peer = pythonPeers.find(({ name }) => name === 'PyTorch')!;
  expect(await peer.probe()).toMatchObject({
    available: false,
    reason: expect.stringMatching(/^no-such-python with numpy and torch is needed; RP_BENCH_PYTHON names/),
  });
  const { prepare, name } = programs.find((workload) => workload.name === 'lif-ff')!;
  const prepared = await prepare();
  expect(await peer.measure(name, prepared, { warmUp: 0, timed: 1 })).toMatchObject({
    missing: expect.stringMatching(/^it fails here: .*no-such-python/),
  });
  await prepared.dispose?.();
  vi.unstubAllEnvs();
});

describe.each(probed)('$peer.name', ({ peer, probe }) => {
  it('says which versions it has, or what it needs', () => {
    if (probe.available) expect(probe.versions).toMatch(/numpy [\d.]+.*Python 3/);
    else expect(probe.reason).toMatch(/is needed; RP_BENCH_PYTHON names another Python \(.+\)/);
  });

  it.skipIf(!probe.available)('has the forms that it says it has', async () => {
    expect((await formsIn(peer.way)).sort()).toEqual([...peer.forms].sort());
  });

  const own = programs.filter(({ name }) => peer.name !== 'lean NumPy' && peer.forms.includes(name));
  it.skipIf(!probe.available).each(own)(
    '$name gives the same result',
    async ({ name, prepare }) => {
      const prepared = await prepare();
      try {
        const theirs = await peer.measure(name, prepared, { warmUp: 0, timed: 1 });
        if ('missing' in theirs) throw new Error(theirs.missing);
        const ours = arraysOf(await prepared.run());
        expect(difference(ours, theirs.result, theirs.tolerance?.within)).toBeNull();
        expect(theirs.milliseconds).toHaveLength(1);
      } finally {
        await prepared.dispose?.();
      }
    },
    300_000,
  );
});
