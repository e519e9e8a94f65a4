// ES modules only, and still required by CommonJS: Node 20.19 and later does that.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const execute = promisify(execFile);
const home = fileURLToPath(new URL('../', import.meta.url));
let folder: string;

beforeAll(async () => {
  // Below this folder, so that the packages are found as an installed dependency is.
  folder = await mkdtemp(join(home, 'node_modules', '.require-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function runCommonJs(lines: readonly string[]): Promise<unknown> {
  const file = join(folder, 'program.cjs');
  await writeFile(file, `'use strict';\n${lines.join('\n')}\n`);
  const { stdout } = await execute(process.execPath, ['--no-warnings', file]);
  return JSON.parse(stdout);
}

const packages = {
  '@rp/errors': 'errorFactory',
  '@rp/ndarray': 'toNdArray',
  '@rp/timeseries': 'TSContinuous',
  '@rp/timeseries/plot': 'toSVG',
  '@rp/graph': 'GraphNode',
  '@rp/dynamics': 'defineDynamics',
  '@rp/backend': 'setDefaultBackend',
  '@rp/backend/conformance': 'describeConformance',
  '@rp/backend-js': 'jsBackend',
  '@rp/backend-wasm': 'wasmBackend',
  '@rp/module-core': 'Parameter',
  '@rp/modules': 'LIF',
  '@rp/layers-v1': 'Layer',
  '@rp/reservoir': 'RidgeRegression',
  '@rp/timed-adapter': 'LayerToTimedModule',
};

describe('from a CommonJS file', () => {
  it.each(Object.entries(packages))('%s can be required and has %s', async (name, member) => {
    expect(await runCommonJs([`console.log(JSON.stringify(typeof require('${name}').${member}));`])).toBe(
      'function',
    );
  });

  it('a class exists once, whether it was required or imported', async () => {
    expect(
      await runCommonJs([
        `const required = require('@rp/timeseries').TSContinuous;`,
        `import('@rp/timeseries').then((imported) => console.log(required === imported.TSContinuous));`,
      ]),
    ).toBe(true);
  });

  it('a series works', async () => {
    expect(
      await runCommonJs([
        `const { TSContinuous } = require('@rp/timeseries');`,
        `const ramp = new TSContinuous({ times: [0, 1], samples: [0, 10], interpKind: 'linear' });`,
        `console.log(JSON.stringify([...ramp.call([0.5]).data]));`,
      ]),
    ).toEqual([5]);
  });

  it('worker threads are used, and a process that forgets them ends by itself', async () => {
    expect(
      await runCommonJs([
        `const { wasmBackend } = require('@rp/backend-wasm');`,
        `const { defineDynamics } = require('@rp/dynamics');`,
        `let workers = 0;`,
        `process.on('worker', () => workers++);`,
        `const program = defineDynamics('p', { dims: ['n'], state: { x: ['n'] },`,
        `  step: ({ state, op }) => ({ state: { x: op.add(state.x, op.index('n')) } }) });`,
        `const plugin = wasmBackend({ threads: 2, unstable_division: 'blocks' });`,
        `const session = plugin.openSync(program, { dims: { n: 300 }, dt: 1 });`,
        `const { state } = session.runSync({}, { steps: 3 });`,
        `setImmediate(() => console.log(JSON.stringify([workers, state.x.data[299]])));`,
      ]),
    ).toEqual([1, 897]);
  });
});
