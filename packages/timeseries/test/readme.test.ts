import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';

const read = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');

test('the example of the README runs and prints what it says', async () => {
  expect(read('../README.md')).toContain(read('readme-example.ts'));
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  await import('./readme-example.ts');
  const printed = log.mock.calls.map(([value]) => (typeof value === 'string' ? value : [...value]));
  log.mockRestore();
  expect(printed).toEqual([
    [5, 5],
    [1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0],
    'non-periodic `TSEvent` object `unnamed` from t=0.0 to 1.0. Channels: 2. Events: 3',
  ]);
});

test('the example of texts and live data runs and prints what it says', async () => {
  expect(read('../README.md')).toContain(read('readme-live.ts'));
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  await import('./readme-live.ts');
  const printed = log.mock.calls.map((values) => values.join(' '));
  log.mockRestore();
  expect(printed).toEqual(['time,ch0\n0,1\n0.5,NaN\n', '3', 'unnamed', '2 1']);
});

test('the example of pictures runs and prints what it says', async () => {
  expect(read('../README.md')).toContain(read('readme-picture.ts'));
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  await import('./readme-picture.ts');
  const printed = log.mock.calls;
  log.mockRestore();
  expect(printed).toEqual([[true, true]]);
});
