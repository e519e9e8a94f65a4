import { interpreterBackend } from '@rp/backend';
import { type ConformanceCase, conformanceCases, describeConformance } from '@rp/backend/conformance';
import { describe, expect, it } from 'vitest';
import { modestBackend } from './modest-backend.ts';
import { mutants } from './mutants.ts';

describeConformance(interpreterBackend(), { describe, it });

// A backend may do less than the others, if it says so.
describeConformance(modestBackend(), { describe, it }, { programs: 40 });

describe('the kit catches backends with one mistake', () => {
  it.each(mutants.map((mutant) => [mutant.name, mutant] as const))('%s', async (_, { group, make }) => {
    const cases = conformanceCases({ programs: 150 }).filter((item) => item.group === group);
    expect(cases).not.toEqual([]);
    expect(await firstFailure(cases, make)).toMatch(/: \S/);
  });
});

describe('a failing random program', () => {
  const mutant = mutants.find(({ name }) => name === '> for >=')!;

  it('is shown small, with its seed, and fails the same way again', async () => {
    const cases = conformanceCases({ programs: 100, seed: 500 }).filter(
      ({ group }) => group === 'random programs',
    );
    const failure = await firstFailure(cases, mutant.make);
    const seed = Number(/the random program of seed (\d+)/.exec(failure ?? '')?.[1]);
    expect(seed).toBeGreaterThanOrEqual(500);
    const again = conformanceCases({ programs: 1, seed }).filter(({ group }) => group === 'random programs');
    expect(await firstFailure(again, mutant.make)).toBe(failure);
    const listed = failure?.match(/^ {4}%\d+ = /gm) ?? [];
    expect(failure).toMatch(/= ge /);
    expect(listed.length).toBeLessThan(12);
  });
});

describe('a failing random program with sparse matrices', () => {
  const mutant = mutants.find(
    ({ name }) => name === 'the last entry of a row is left out (by random programs)',
  )!;

  it('is shown with one matrix of few entries', async () => {
    const cases = conformanceCases({ programs: 100, seed: 716 }).filter(
      ({ group }) => group === 'random programs',
    );
    const failure = (await firstFailure(cases, mutant.make)) ?? '';
    expect(failure.match(/: float\[.*\] csr$/gm)?.length).toBeLessThan(3);
    expect(Number(/"(\d+) entries"/.exec(failure)?.[1])).toBeLessThan(5);
  });
});

describe('the cases', () => {
  it('have names of their own', () => {
    const names = conformanceCases().map(({ group, name }) => `${group}: ${name}`);
    expect(new Set(names).size).toBe(names.length);
  });

  it('are as many random programs as asked for', () => {
    const count = (programs: number) =>
      conformanceCases({ programs }).filter(({ group }) => group === 'random programs').length;
    expect([count(0), count(7)]).toEqual([0, 7]);
  });
});

async function firstFailure(
  cases: readonly ConformanceCase[],
  make: () => ReturnType<typeof interpreterBackend>,
): Promise<string | undefined> {
  for (const item of cases) {
    try {
      await item.run(make());
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
  return undefined;
}
