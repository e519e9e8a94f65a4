// How the C library hands out memory to this process, which must be said before it starts: so the command starts
// itself once more with the setting it needs.
import { spawnSync } from 'node:child_process';

/**
 * Large arrays take most of their time to be made where the system hands out memory in small pages. NumPy asks
 * Linux for huge pages; Node doesn't, but glibc does it for Node when told so. Then both have the same memory.
 */
export const HUGE_PAGES = 'glibc.malloc.hugetlb=1';

/** Freed arrays go back to the system at once instead of being kept for reuse, so that what is in use can be read. */
export const NO_REUSE = 'glibc.malloc.mmap_threshold=131072';

/** Whether this process runs with a setting. */
export function runsWith(setting: string): boolean {
  return process.env.GLIBC_TUNABLES?.includes(setting) ?? false;
}

/** Runs this very command again with a setting and gives its exit code; `null` where that can't be had. */
export function runAgainWith(setting: string): number | null {
  if (process.platform !== 'linux' || process.env.GLIBC_TUNABLES !== undefined) return null;
  const { status } = spawnSync(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    stdio: 'inherit',
    env: { ...process.env, GLIBC_TUNABLES: setting },
  });
  return status ?? 1;
}
