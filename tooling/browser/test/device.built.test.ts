// The device backend in a real Chromium with WebGPU: the conformance kit, free-running evolutions, and golden layer cases.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setMessageHandlers } from '@rp/errors';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LayerCase, runLayerCase } from '../../golden/src/layers/run-layer-case.ts';
import { bundle, launch, missingBrowser, openPage } from '../src/browser.ts';

const missing = missingBrowser();
const required = process.env.RP_REQUIRE_DEVICE === '1';
if (missing !== undefined && !required)
  console.warn(`\n*** SKIPPED: tests of WebGPU in a real browser. ${missing} ***\n`);

const folder = fileURLToPath(new URL('../../../test-data/golden/layers/layers/', import.meta.url));

/** The cases of a file that need no other file. */
function casesOf(file: string): readonly LayerCase[] {
  const { cases } = JSON.parse(readFileSync(folder + file, 'utf8')) as { cases: readonly LayerCase[] };
  return cases.filter(
    ({ api, steps = [] }) =>
      (api === 'layer' || api === 'timed') && steps.every(({ call }) => call !== 'save_load'),
  );
}

/** Whether a case passes in plain JavaScript; some wait for what isn't there yet. */
async function passesHere(golden: LayerCase): Promise<boolean> {
  return runLayerCase(golden, {}).then(
    (differences) => differences.length === 0,
    () => false,
  );
}

describe.skipIf(missing !== undefined && !required)('WebGPU in a real browser', () => {
  let browser: Browser | undefined;
  let page: Page;
  beforeAll(async () => {
    const [opened, script] = await Promise.all([launch({ gpu: true }), bundle('device')]);
    browser = opened;
    page = await openPage(opened, script);
  });
  afterAll(() => browser?.close());

  it('is found, and its arithmetic is told', async () => {
    const probe = await page.evaluate(() => window.rpDevice.probe());
    expect(probe).toMatchObject({ available: true, summary: expect.stringMatching(/WebGPU on .*float32/) });
  });

  it('passes the conformance kit', { timeout: 600_000 }, async () => {
    const names = await page.evaluate(() => window.rpDevice.cases());
    expect(names.length).toBeGreaterThan(130);
    const problems: string[] = [];
    for (const [index, name] of names.entries()) {
      const problem = await page.evaluate((at) => window.rpDevice.runCase(at), index);
      if (problem !== null) problems.push(`${name}: ${problem}`);
    }
    expect(problems).toEqual([]);
  });

  it('gives the bits of JavaScript and WebAssembly in free-running evolutions', {
    timeout: 300_000,
  }, async () => {
    const names = await page.evaluate(() => window.rpDevice.evolutions());
    expect(names).toContain('the solver with exact spike times');
    for (const name of names) {
      const { activity, same } = await page.evaluate((given) => window.rpDevice.runEvolution(given), name);
      expect(activity, name).toBeGreaterThan(20);
      expect(same, name).toEqual(['js', 'wasm']);
    }
  });

  it('gives what the golden layer cases expect, at the tolerance of float32', {
    timeout: 600_000,
  }, async () => {
    const restore = setMessageHandlers({ warn: () => {}, notice: () => {} });
    let passed = 0;
    for (const golden of readdirSync(folder).flatMap(casesOf)) {
      if (!(await passesHere(golden))) continue;
      const differences = await page.evaluate((given) => window.rpDevice.runGolden(given), golden);
      expect(differences, golden.id).toEqual([]);
      passed++;
    }
    restore();
    expect(passed).toBeGreaterThan(60);
  });
});
