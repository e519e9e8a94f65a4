import { readFileSync } from 'node:fs';
import { Ops, operations } from '@rp/dynamics';
import { expect, test, vi } from 'vitest';

const read = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');
const readme = read('../README.md');

/** The rows of the table under a heading, without those of the head. */
function tableUnder(heading: string): string[][] {
  const section = readme.slice(readme.indexOf(heading)).split('\n').slice(1);
  const from = section.findIndex((line) => line.startsWith('|'));
  const rows = section.slice(from);
  return rows
    .slice(
      2,
      rows.findIndex((line) => !line.startsWith('|')),
    )
    .map((line) =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim().replaceAll('\\|', '|')),
    );
}

test('the example of the README runs and prints what it says', async () => {
  expect(readme).toContain(read('readme-example.ts'));
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  await import('./readme-example.ts');
  const [equations, voltage, units] = log.mock.calls.map(([value]) => value);
  log.mockRestore();
  expect(readme).toContain(equations);
  expect(voltage).toEqual(Float64Array.of(0, 0, 0.5, 0, 0, 0, 0.5, 0));
  expect(units).toEqual(Int32Array.of(0, 1));
});

test('the loop of the README runs and prints what it says', async () => {
  expect(readme).toContain(read('readme-loop.ts'));
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  await import('./readme-loop.ts');
  const [equations, counts] = log.mock.calls.map(([value]) => value);
  log.mockRestore();
  expect(readme).toContain(equations);
  expect(counts).toEqual(Float64Array.of(2, 1));
});

test('the integers of the README run and print what it says', async () => {
  expect(readme).toContain(read('readme-integers.ts'));
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  await import('./readme-integers.ts');
  const [equations, voltage] = log.mock.calls.map(([value]) => value);
  log.mockRestore();
  expect(readme).toContain(equations);
  expect(voltage).toEqual(Float64Array.of(186, -32768));
});

test('the README lists every operation as the table of operations has it', () => {
  const listed = tableUnder('### Operations').map(([name, operands, bound, meaning]) => [
    name,
    operands,
    bound,
    meaning,
  ]);
  const expected = Object.entries(operations).map(([name, { arity, bound, meaning, basic }]) => [
    `\`${name}\`${basic ? '' : ' †'}`,
    arity === null ? 'any' : String(arity),
    bound,
    meaning,
  ]);
  expect(listed).toEqual(expected);
});

test('the README lists every shorthand of the builder', () => {
  const builder = new Set(Object.keys(new Ops({} as ConstructorParameters<typeof Ops>[0])));
  const shorthands = [...builder].filter(
    (name) => !Object.hasOwn(operations, name) && name !== 'list' && name !== 'streams',
  );
  const listed = tableUnder('### Shorthands').map(([name]) => /`(\w+)/.exec(name ?? '')?.[1]);
  expect(new Set(listed)).toEqual(new Set(shorthands));
});
