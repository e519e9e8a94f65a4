import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { jsBackend } from '@rp/backend-js';
import { describe, expect, it } from 'vitest';

const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const root = fileURLToPath(new URL('../../..', import.meta.url));
const script = fileURLToPath(new URL('run-without-eval.ts', import.meta.url));

/** What the script prints, in a process that allows or forbids making code from text. */
function run(...flags: string[]) {
  const text = execFileSync(process.execPath, [...flags, '--import', tsx, script], {
    cwd: root,
    encoding: 'utf8',
  });
  return JSON.parse(text) as {
    forbidden: boolean;
    probe: { available: boolean; summary: string; notes?: string[] };
    warnings: string[];
    awaited: number[];
    atOnce: number[];
  };
}

describe('where code generation is forbidden', () => {
  const there = run('--disallow-code-generation-from-strings');
  const here = run();

  it('really is forbidden in this test', () => {
    expect([there.forbidden, here.forbidden]).toEqual([true, false]);
  });

  it('gives the same numbers', () => {
    expect(there.awaited).toEqual(here.awaited);
    expect(there.atOnce).toEqual(here.atOnce);
    expect(here.awaited).toEqual([0.5, 0.75]);
  });

  it('is available, and says that it is slow, why, and what to do', () => {
    expect(there.probe.available).toBe(true);
    expect(there.probe.summary).toMatch(/interpreter.*slow/);
    expect(there.probe.notes?.join(' ')).toMatch(/No code is generated \(.+\).*unsafe-eval/);
    expect(here.probe.notes).toBeUndefined();
  });

  it('warns whenever it is opened', () => {
    expect(there.warnings).toHaveLength(2);
    expect(there.warnings[0]).toMatch(/^\[rp:js\] code generation is forbidden here/);
    expect(here.warnings).toEqual([]);
  });
});

describe('asked not to generate code', () => {
  it('says so in its probe, and keeps its name', async () => {
    const plugin = jsBackend({ generate: false });
    expect(await plugin.probe()).toMatchObject({
      available: true,
      notes: [expect.stringContaining('it was asked not to')],
    });
    await using backend = await plugin.open();
    expect(backend.name).toBe('js');
  });
});
