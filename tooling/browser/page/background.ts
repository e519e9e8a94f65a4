// What a page offers that is put into the background in the middle of a run: the same run on a backend again and again until
// it is told to stop, and what has happened to the page meanwhile.
import type { BackendPlugin } from '@rp/backend';
import { deviceBackend } from '@rp/backend-device';
import { jsBackend } from '@rp/backend-js';
import { wasmBackend } from '@rp/backend-wasm';
import { bitsOf } from '../../../packages/backend-device/test/bits.ts';
import { spiking, spikingBindings } from '../../../packages/backend-device/test/programs.ts';

const plugins: Readonly<Record<string, BackendPlugin>> = {
  js: jsBackend(),
  wasm: wasmBackend(),
  'wasm with threads': wasmBackend({ threads: 2, unstable_division: 'blocks' }),
  device: deviceBackend(),
};

/** What has happened since `begin`. */
const seen = {
  /** How often progress was told within a run, and how often a timer of ten milliseconds has come. */
  reports: 0,
  ticks: 0,
  /** How often the page was frozen, and woken. */
  frozen: 0,
  resumed: 0,
};
let inRun = false;
let going = false;
let ended: Promise<readonly string[]>;

/** A run from the beginning: all that it gives, bit for bit, and its number of events. */
export async function run(plugin: BackendPlugin, onProgress = (_done: number, _all: number) => {}) {
  await using backend = await plugin.open();
  const session = await (await backend.compile(spiking)).instantiate(spikingBindings(600));
  const result = await session.run({}, { steps: 1200, onProgress });
  return { bits: bitsOf(result), events: result.events.out!.units.length };
}

/** What came of the runs, each different result once. */
async function runUntilStopped(plugin: BackendPlugin): Promise<readonly string[]> {
  const results = new Set<string>();
  while (going) {
    const { bits } = await run(plugin, (done, all) => {
      inRun = done < all;
      if (inRun) seen.reports++;
    });
    results.add(bits);
  }
  return [...results];
}

const offered = {
  begin(backend: string) {
    Object.assign(seen, { reports: 0, ticks: 0, frozen: 0, resumed: 0 });
    going = true;
    ended = runUntilStopped(plugins[backend]!);
    // A failure is told by `end`.
    ended.catch(() => {});
  },
  look: () => ({ ...seen, visible: document.visibilityState === 'visible', inRun }),
  end() {
    going = false;
    return ended;
  },
};

export type Seen = ReturnType<(typeof offered)['look']>;

if (typeof document === 'object') {
  Object.assign(globalThis, { rpBackground: offered });
  setInterval(() => seen.ticks++, 10);
  document.addEventListener('freeze', () => seen.frozen++);
  document.addEventListener('resume', () => seen.resumed++);
}
