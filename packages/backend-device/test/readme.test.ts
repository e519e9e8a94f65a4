import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { noDevice } from './gpu.ts';

const read = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');

test.skipIf(noDevice)('the example of the README runs and gives what it says', async () => {
  expect(read('../README.md')).toContain(read('readme-example.ts'));
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  await import('./readme-example.ts');
  const [probe, voltage, code] = log.mock.calls.map(([value]) => value);
  log.mockRestore();
  expect(probe).toMatchObject({ available: true, summary: expect.stringContaining('float32') });
  expect(voltage).toEqual(Float32Array.of(1, 1, 0.5, 0.25, 0.25, 0.0625));
  expect(code).toContain('@compute');
});
