import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleCommand } from '../../vitest/bundle-command.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const series = { type: 'TSContinuous', times: [0, 1], samples: [[1], [2]] };
const passing = {
  id: 'p',
  area: 'timeseries',
  op: 'len',
  given: { series },
  args: {},
  expect: { result: 2 },
};

let command: string;
let folder: string;
beforeAll(async () => {
  command = await bundleCommand(fileURLToPath(new URL('../src/main.ts', import.meta.url)));
  folder = mkdtempSync(join(tmpdir(), 'golden-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the command on files with the given content. */
function golden(args: string[]): Promise<{ code: number; out: string[]; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [command, ...args], { cwd: root }, (error, stdout, stderr) => {
      const code = error ? Number(error.code) : 0;
      resolve({ code, out: stdout.trimEnd().split('\n'), err: stderr });
    });
  });
}

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(content));
  return path;
}

test('fine cases end with the totals and exit code 0', async () => {
  const { code, out } = await golden([file('fine.json', [passing])]);
  expect([code, out]).toEqual([0, ['1 passed, 0 failed']]);
});

test('a failing case is shown with what was expected and got, and the exit code is 1', async () => {
  const path = file('failing.json', [passing, { ...passing, id: 'f', expect: { result: 3 } }]);
  const { code, out } = await golden([path, '--backend', 'js', '--dtype', 'float64']);
  expect(code).toBe(1);
  expect(out).toEqual([`${path}:f: result: expected 3, got 2`, '1 passed, 1 failed']);
});

test('an unknown operation and an unknown format count as failed', async () => {
  const path = file('unknown.json', [{ ...passing, op: 'fold' }]);
  expect((await golden([path])).out.at(-1)).toBe('0 passed, 1 failed');
  const other = file('other.json', { format: 'golden-other/1', cases: [{ id: 'a' }, { id: 'b' }] });
  const { code, out } = await golden([other]);
  expect(code).toBe(1);
  expect(out.slice(-2)).toEqual(['2 cases wait for the format golden-other/1', '0 passed, 2 failed']);
});

test('an error of another kind, and a missing one, count as failed', async () => {
  const expectError = (type: string) => ({ error: { type, about: 'x' } });
  const bad = { ...passing, op: 'at', args: { channels: 9 }, expect: expectError('ValueError') };
  const none = { ...passing, id: 'n', expect: expectError('ValueError') };
  expect((await golden([file('errors.json', [bad, none])])).out.at(-1)).toBe('0 passed, 2 failed');
});

test('a wrong path and wrong options end with exit code 2 and one line', async () => {
  const fine = file('fine.json', [passing]);
  for (const args of [
    ['no/such/folder'],
    [fine, '--speed', '3'],
    [],
    [file('no-cases.json', { a: 1 })],
    [fine, '--backend', 'abacus'],
    [fine, '--dtype', 'float16'],
  ]) {
    const { code, out, err } = await golden(args);
    expect(code).toBe(2);
    expect(out).toEqual(['']);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  }
});

test('a file that cannot be read counts as failed in a folder, and as a wrong path by itself', async () => {
  const inside = join(folder, 'broken');
  mkdirSync(inside);
  file('broken/fine.json', [passing]);
  writeFileSync(join(inside, 'half.json'), '[{"id": 1');
  expect((await golden([inside])).out.at(-1)).toBe('1 passed, 1 failed');
  expect((await golden([join(inside, 'half.json')])).code).toBe(2);
});

test('a folder elsewhere is walked, and files are found beside it', async () => {
  const base = join(folder, 'elsewhere');
  mkdirSync(join(base, 'cases', 'deep'), { recursive: true });
  cpSync(
    join(root, 'test-data/golden/core/npz/continuous-basic.npz'),
    join(base, 'npz/continuous-basic.npz'),
  );
  const load = {
    ...passing,
    op: 'load',
    given: { file: 'npz/continuous-basic.npz' },
    expect: { error: { type: 'TypeError' } },
    args: { cls: 'TSEvent' },
  };
  file('elsewhere/cases/deep/load.json', [load]);
  expect((await golden([base])).out).toEqual(['1 passed, 0 failed']);
});
