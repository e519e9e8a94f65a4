// Files go to NumPy and come from it. What NumPy wrote once is beside this (numpy/write.py made it). Where Python and
// NumPy are here, it also reads what we write, and writes those files again. Otherwise those tests are skipped and
// say so; where RP_REQUIRE_NUMPY is set they fail instead.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SeriesDict, TimeSeries, TSContinuous, TSEvent } from '../src/index.ts';

const here = fileURLToPath(new URL('./numpy/', import.meta.url));

function run(python: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(python, args, { encoding: 'utf8' });
  if (error) throw error;
  if (status !== 0) throw new Error(`${python} ended with ${status}: ${stderr}`);
  return stdout;
}

/** The first Python that has NumPy. */
const python = ['python3', '/usr/bin/python3'].find(
  (command) => spawnSync(command, ['-c', 'import numpy']).status === 0,
);
const required = process.env.RP_REQUIRE_NUMPY === '1';
const isHere = python !== undefined;
if (!isHere) console.warn('SKIPPED: files are not shown to NumPy, since no python3 with numpy is here');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rp-numpy-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const times = [0, 0.5, 1.25];
const signal = { times, tStart: -1, tStop: 2, periodic: false, name: 'from numpy/ü.1', interpKind: 'linear' };
const spikes = {
  times: [0.25, 0.25, 1],
  channels: [2, 0, 1],
  tStart: 0,
  tStop: 1.5,
  periodic: true,
  name: 'spikes',
  numChannels: 5,
};

/** What the files that NumPy wrote hold. */
const expected: Record<string, object> = {
  'continuous.npz': { ...signal, samples: [1.5, -0, Number.NaN, Number.POSITIVE_INFINITY, -1e-310, 3] },
  'continuous-narrow.npz': { ...signal, samples: [1, -2, 3, 4, 5, -6] },
  'continuous-old.npz': { ...signal, samples: [1, 0, 0, 1, 1, 1], name: 'old', interpKind: 'nearest' },
  'events.npz': spikes,
  'events-narrow.npz': { ...spikes, trials: [0, 1] },
  'events-versions.npz': spikes,
};

async function loaded(path: string): Promise<object> {
  const series = (await TimeSeries.load(path)) as TSContinuous | TSEvent;
  const { tStart, tStop, periodic, name, trialStartTimes } = series;
  const values =
    series instanceof TSContinuous
      ? { samples: [...series.samples.data], interpKind: series.interpKind }
      : { channels: [...series.channels], numChannels: series.numChannels };
  const trials = trialStartTimes && { trials: [...(trialStartTimes as Float64Array)] };
  return { times: [...series.times], tStart, tStop, periodic, name, ...values, ...trials };
}

describe('a file that NumPy wrote is loaded', () => {
  test.each(Object.keys(expected))('%s', async (name) => {
    expect(await loaded(join(here, name))).toEqual(expected[name]);
  });
});

test.runIf(required)('NumPy is here, since RP_REQUIRE_NUMPY asks for it', () => {
  expect(isHere).toBe(true);
});

describe.skipIf(!isHere)(
  isHere ? 'with the NumPy that is here' : 'SKIPPED: no python3 with numpy is here',
  () => {
    test('what it writes now is loaded', async () => {
      run(python!, join(here, 'write.py'), folder);
      for (const [name, content] of Object.entries(expected)) {
        expect(await loaded(join(folder, name))).toEqual(content);
      }
    });

    test('it reads what is written here: every member with its type, its shape and its bits', async () => {
      const odd = [1.5, -0, Number.NaN, Number.NEGATIVE_INFINITY, 5e-324, 1 / 3];
      const trials = new TSEvent({
        times: [0.1, 0.2],
        channels: [1, 200],
        tStop: 1,
        name: 'Füße/1.5',
        periodic: true,
      });
      trials.trialStartTimes = [0, 0.5];
      const c = new TSContinuous({
        times: [0.1, 0.2, 1e9],
        samples: odd,
        name: '',
        interpKind: 'nearest-up',
      });
      const cases: [TSContinuous | TSEvent, object][] = [
        [c, {}],
        [c, { dtypeTimes: 'float32', dtypeSamples: 'float16' }],
        [new TSContinuous({ numChannels: 3 }), {}],
        [trials, {}],
        [trials, { dtypeTimes: 'float32', dtypeChannels: 'uint8' }],
        [new TSEvent(), { dtypeTimes: 'float16' }],
      ];
      const paths: string[] = [];
      for (const [i, [series, options]] of cases.entries()) {
        paths.push(join(folder, `written-${i}.npz`));
        await series.save(paths[i]!, options);
      }
      const read = JSON.parse(run(python!, join(here, 'read.py'), ...paths)) as object[];
      expect(read).toEqual(cases.map(([series, options]) => asRead(series.toDict(options))));
    });
  },
);

function asRead(dict: SeriesDict): object {
  return Object.fromEntries(
    Object.entries(dict).map(([key, { dtype, shape, values }]) => {
      const bytes = Buffer.from(Float64Array.from(values).buffer).toString('hex');
      return [key, { dtype, shape: [...shape], bytes }];
    }),
  );
}
