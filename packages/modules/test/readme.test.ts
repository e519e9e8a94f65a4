import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';

const read = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');

test('the example of the README runs and gives what it says', async () => {
  expect(read('../README.md')).toContain(read('readme-example.ts'));
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  await import('./readme-example.ts');
  const printed = log.mock.calls.map(([value]) => value);
  log.mockRestore();
  expect(printed).toEqual([
    [1, 4, 3],
    ['0_Linear', '1_LIF'],
    ['irec', 'spikes', 'isyn', 'vmem'],
    { '1_LIF': { tauMem: 0.02, tauSyn: 0.01 } },
    'GraphHolder',
  ]);
});
