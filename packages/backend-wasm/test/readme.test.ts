import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';

const read = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');

test('the example of the README runs and gives what it says', async () => {
  expect(read('../README.md')).toContain(read('readme-example.ts'));
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  await import('./readme-example.ts');
  const [voltage, code] = log.mock.calls.map(([value]) => value);
  log.mockRestore();
  expect(voltage).toEqual(Float64Array.of(1, 1, 0.5, 0.25, 0.25, 0.0625));
  expect(code).toContain('(f64x2.mul ');
});
