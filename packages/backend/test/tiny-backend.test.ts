import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describeConformance } from '@rp/backend/conformance';
import { describe, expect, it } from 'vitest';
import { tinyBackend } from './tiny-backend.ts';

const read = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');

describeConformance(tinyBackend(), { describe, it }, { programs: 30 });

describe('the README', () => {
  it('shows the tiny backend, whole', () => {
    expect(read('../README.md')).toContain(read('tiny-backend.ts'));
  });

  it('shows how node:test runs the kit', () => {
    expect(read('../README.md')).toContain(read('tiny-backend.node-test.ts'));
    const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
    const script = fileURLToPath(new URL('tiny-backend.node-test.ts', import.meta.url));
    const root = fileURLToPath(new URL('../../..', import.meta.url));
    const env = { ...process.env, NODE_TEST_CONTEXT: undefined };
    const output = execFileSync(
      process.execPath,
      ['--import', tsx, '--test-reporter=tap', '--test', script],
      {
        cwd: root,
        encoding: 'utf8',
        env,
      },
    );
    expect(Number(/^# pass (\d+)/m.exec(output)?.[1])).toBeGreaterThan(100);
    expect(output).toMatch(/^# fail 0/m);
  });

  it('names every member of the contract', () => {
    const readme = read('../README.md');
    const members = [...read('../src/plugin.ts').matchAll(/^ {2}(?:readonly )?(\w+)\??[(:]/gm)].map(
      ([, name]) => name,
    );
    expect(members.length).toBeGreaterThan(20);
    for (const member of members)
      expect(readme, `the README must name ${member}`).toMatch(new RegExp(`\`${member}\\b`));
  });
});
