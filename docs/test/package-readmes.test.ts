// Every example in the README of a package that needs nothing but other packages of ours runs as it is printed.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { setMessageHandlers } from '@rp/errors';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const packages = [
  ...['errors', 'ndarray', 'timeseries', 'graph', 'dynamics', 'backend-js', 'backend-wasm'],
  ...['reservoir', 'module-core', 'layers-v1', 'timed-adapter', 'modules'],
];

let restore = () => {};
beforeEach(() => {
  restore = setMessageHandlers({ warn: () => {}, notice: () => {} });
});
afterEach(() => {
  restore();
  vi.restoreAllMocks();
});

describe.each(packages)('the README of @rp/%s', (name) => {
  it('has examples, each of which runs by itself', async () => {
    const readme = await readFile(`${root}packages/${name}/README.md`, 'utf8');
    const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code!);
    expect(examples.length).toBeGreaterThan(0);
    vi.spyOn(console, 'log').mockImplementation(() => {});
    await mkdir(`${root}docs/test/out`, { recursive: true });
    for (const [number, code] of examples.entries()) {
      const file = `${root}docs/test/out/${name}-${number}.ts`;
      await writeFile(file, `${code}\nexport {};\n`);
      await expect(import(/* @vite-ignore */ file)).resolves.toBeDefined();
    }
  });
});
