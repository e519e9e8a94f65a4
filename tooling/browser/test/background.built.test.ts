// A tab that goes into the background, or is frozen, in the middle of a run, in a real Chromium: the run goes on, and its
// numbers are those of a run that nothing happens to.
import { jsBackend } from '@rp/backend-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run, type Seen } from '../page/background.ts';
import { bundle, missingBrowser } from '../src/browser.ts';
import { browserWithTabs, type Tab, type Tabs } from '../src/tabs.ts';

const missing = missingBrowser();
const required = process.env.RP_REQUIRE_DEVICE === '1';
if (missing !== undefined && !required)
  console.warn(`\n*** SKIPPED: tests of tabs in the background. ${missing} ***\n`);

describe.skipIf(missing !== undefined && !required)('a run in a tab in the background', () => {
  let tabs: Tabs | undefined;
  let tab: Tab;
  let other: Tab;
  let expected: Awaited<ReturnType<typeof run>>;
  beforeAll(async () => {
    tabs = await browserWithTabs(await bundle('background'));
    other = await tabs.open();
    tab = await tabs.open();
    expected = await run(jsBackend());
  });
  afterAll(() => tabs?.close());

  const look = () => tab.evaluate<Seen>('rpBackground.look()');
  async function until(isSo: (seen: Seen) => boolean): Promise<Seen> {
    for (;;) {
      const seen = await look();
      if (isSo(seen)) return seen;
    }
  }
  async function freezeInRun(): Promise<void> {
    await tab.setLifecycle('frozen');
    if ((await until(({ frozen, resumed }) => frozen > resumed)).inRun) return;
    await tab.setLifecycle('active');
    await until(({ inRun }) => inRun);
    await freezeInRun();
  }

  it.each(['js', 'wasm', 'wasm with threads', 'device'])(
    'is not slowed down with the timers, outlives being frozen, and gives the bits of js: %s',
    async (backend) => {
      await tab.bringToFront();
      await tab.evaluate(`rpBackground.begin(${JSON.stringify(backend)})`);
      await until(({ reports }) => reports > 0);

      await other.bringToFront();
      const hidden = await until(({ visible }) => !visible);
      const later = await until(({ reports }) => reports >= hidden.reports + 12);
      expect(later.ticks - hidden.ticks).toBeLessThan(6);

      await freezeInRun();
      await tab.setLifecycle('active');
      const woken = await until(({ frozen, resumed }) => resumed === frozen);
      await until(({ reports }) => reports > woken.reports + 2);

      const results = await tab.evaluate<string[]>('rpBackground.end()');
      expect(expected.events).toBeGreaterThan(1000);
      expect(results).toHaveLength(1);
      expect(results[0] === expected.bits).toBe(true);
    },
  );
});
