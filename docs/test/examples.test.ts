// What the documentation shows is run.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

afterEach(() => vi.restoreAllMocks());

async function printedBy(load: () => Promise<unknown>): Promise<string> {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  await load();
  return log.mock.calls.map((args) => args.map(String).join(' ')).join('\n');
}

describe('the documentation', () => {
  it('shows an example in the README that runs', async () => {
    const readme = await readFile(`${root}README.md`, 'utf8');
    const code = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? '';
    expect(code.trim().split('\n').length).toBeLessThanOrEqual(10);
    await mkdir(`${root}docs/test/out`, { recursive: true });
    const file = `${root}docs/test/out/readme-example.ts`;
    await writeFile(file, `${code}\nexport {};\n`);
    const printed = await printedBy(() => import(/* @vite-ignore */ file));
    expect(printed).toContain('TSContinuous object `Outputs` from t=0.0 to 0.5. Samples: 6. Channels: 2');
    expect(printed).toContain('TSContinuous object `state` from t=0.0 to 0.5. Samples: 6. Channels: 2');
    expect(printed).toContain('GraphHolder');
  });

  it('has a layer of one’s own in under 30 lines that spikes, records, and has a graph', async () => {
    const file = `${root}examples/own-layer.ts`;
    const code = await readFile(file, 'utf8');
    const layer = code.slice(code.indexOf('const dynamics'), code.indexOf('const layer'));
    expect(layer.trim().split('\n').length).toBeLessThan(30);
    expect(await readFile(`${root}docs/own-layer.md`, 'utf8')).toContain(`\`\`\`ts\n${code}\`\`\``);
    const printed = await printedBy(() => import(/* @vite-ignore */ file));
    expect(printed).toContain('Channels: 2. Events: 10');
    expect(printed).toContain('TSContinuous object `state` from t=0.0 to 0.1. Samples: 101');
    expect(printed).toContain('GenericNeurons');
  });
});
