// The built packages, bundled, in a real Chromium: the same numbers as in Node, the conformance kit, and honesty where eval
// is forbidden.
import { TSContinuous, toNpz } from '@rp/timeseries';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { draw } from '../page/draw.ts';
import { workload } from '../page/workload.ts';
import { bundle, launch, missingBrowser, openPage } from '../src/browser.ts';

const missing = missingBrowser();
const required = process.env.RP_REQUIRE_DEVICE === '1';
if (missing !== undefined && !required)
  console.warn(`\n*** SKIPPED: tests in a real browser. ${missing} ***\n`);

const recording = new TSContinuous({
  times: Float64Array.from({ length: 50 }, (_, step) => step * 0.01),
  samples: Array.from({ length: 50 }, (_, step) => [Math.sin(step / 3), step % 7 === 0 ? 1 : -0.125]),
  tStop: 0.5,
});

function runInPage(page: Page, dtype: 'float64' | 'float32'): Promise<number[]> {
  const bytes = Array.from(toNpz(recording));
  return page.evaluate(([file, kind]) => window.rp.workload(new Blob([Uint8Array.from(file)]), kind), [
    bytes,
    dtype,
  ] as const);
}

function runInNode(dtype: 'float64' | 'float32'): Promise<number[]> {
  return workload(new Blob([Uint8Array.from(toNpz(recording))]), dtype);
}

it.runIf(required)('a browser is here, since RP_REQUIRE_DEVICE asks for one', () => {
  expect(missing).toBeUndefined();
});

describe.skipIf(missing !== undefined)('in a real browser', () => {
  let browser: Browser;
  let script: string;
  beforeAll(async () => {
    [browser, script] = await Promise.all([launch(), bundle()]);
  });
  afterAll(() => browser.close());

  it.each(['float64', 'float32'] as const)(
    'a file drives a program to the very numbers of Node, in %s',
    async (dtype) => {
      const page = await openPage(browser, script);
      const here = await runInNode(dtype);
      const there = await runInPage(page, dtype);
      expect(here).toHaveLength(150);
      expect(here.filter((value) => value > 0).length).toBeGreaterThan(50);
      expect(there).toEqual(here);
      await page.close();
    },
  );

  it('series are drawn as in Node: the same ticks, lines, colours and texts', async () => {
    const page = await openPage(browser, script);
    const here = await draw();
    const there = await page.evaluate(() => window.rp.draw());
    expect(there.elements).not.toContain('parsererror');
    expect(there.elements.filter((name) => name === 'svg')).toHaveLength(3);
    const shown = (svg: string) => ({
      // Without the boxes around titles: each place measures texts with the letters that it has.
      paths: svg.match(/ d="(?!M0 0l)[^"]+"/g),
      texts: svg.match(/<text[^>]*>[^<]*/g)?.map((text) => text.replace(/^.*>/, '')),
      pictures: svg.match(/data:image[^"]+/g),
    });
    expect(shown(there.svg)).toEqual(shown(here));
    expect(shown(here).texts).toContain('spikes (40 channels)');
    expect(shown(here).pictures).toHaveLength(2);
    await page.close();
  });

  it.each([
    ['without SIMD', false, undefined],
    ['with SIMD, where a policy allows WebAssembly only', undefined, "script-src 'self' 'wasm-unsafe-eval'"],
  ])(
    'the WebAssembly backend passes the conformance kit %s',
    { timeout: 240_000 },
    async (_, simd, policy) => {
      const page = await openPage(browser, script, policy);
      const report = await page.evaluate((options) => window.rp.conformance(30, options), { simd });
      expect(report.failures).toEqual([]);
      expect(report.cases).toBeGreaterThan(150);
      expect(report.probe).toMatchObject({
        available: true,
        summary: expect.stringContaining(simd === false ? 'without SIMD' : 'with SIMD'),
      });
      await page.close();
    },
  );

  it.each([
    [2, 'blocks'],
    [3, 'items'],
  ] as const)(
    'on %s threads that divide %s, in an isolated page, it passes the kit too',
    { timeout: 600_000 },
    async (threads, unstable_division) => {
      const page = await openPage(browser, script, undefined, { isolated: true });
      const options = { threads, unstable_division };
      const report = await page.evaluate((given) => window.rp.conformance(10, given), options);
      expect(report.failures).toEqual([]);
      expect(report.cases).toBeGreaterThan(130);
      expect(report.probe).toMatchObject({ summary: expect.stringContaining(`up to ${threads} threads`) });
      await page.close();
    },
  );

  it.each([
    ['a page that is not isolated', undefined, false, 'not cross-origin isolated'],
    ['a policy without workers', "script-src 'self' 'wasm-unsafe-eval'", true, 'worker'],
  ] as const)(
    'in %s there is one thread, and probe says why',
    { timeout: 240_000 },
    async (_, policy, isolated, why) => {
      const page = await openPage(browser, script, policy, { isolated });
      const options = { threads: 2 };
      const { probe, failures } = await page.evaluate(
        (given) => window.rp.conformance(0, given, 'lifetime'),
        options,
      );
      expect(failures).toEqual([]);
      expect(probe).toMatchObject({
        available: true,
        summary: expect.stringContaining('one thread'),
        notes: [expect.stringContaining(why)],
      });
      await page.close();
    },
  );

  it('where a policy forbids it, the WebAssembly backend says so', async () => {
    const page = await openPage(browser, script, "script-src 'self'");
    const { probe } = await page.evaluate(() => window.rp.conformance(0, {}, 'none'));
    expect(probe).toMatchObject({
      available: false,
      remedy: expect.stringContaining('content-security policy'),
    });
    await page.close();
  });

  it('the JavaScript backend is available in an ordinary page', async () => {
    const page = await openPage(browser, script);
    expect(await page.evaluate(() => window.rp.mayGenerateCode())).toBe(true);
    expect(await page.evaluate(() => window.rp.probeHere())).toMatchObject({ available: true });
    await page.close();
  });

  it('where a policy forbids code generation, the probe says so', async () => {
    const page = await openPage(browser, script, "default-src 'self'; script-src 'self'");
    expect(await page.evaluate(() => window.rp.mayGenerateCode())).toBe(false);
    const probe = await page.evaluate(() => window.rp.probeHere());
    expect(JSON.stringify(probe)).toMatch(/code|eval|interpret|policy/i);
    if (probe.available) expect(await runInPage(page, 'float64')).toEqual(await runInNode('float64'));
    await page.close();
  });
});
