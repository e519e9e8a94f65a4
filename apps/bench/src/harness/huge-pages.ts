// Large arrays take most of their time to be made where the system hands out memory in small pages. NumPy asks
// Linux for huge pages; Node doesn't, but glibc does it for Node when told so before the process starts. So the
// benchmarks start themselves once more with that setting, and both sides have the same memory.
import { spawnSync } from 'node:child_process';

const SETTING = 'glibc.malloc.hugetlb=1';

export type Pages = 'huge pages for large arrays' | 'the system’s own pages';

/** What this process runs with. */
export function pagesHere(): Pages {
  const isSet = process.env['GLIBC_TUNABLES']?.includes(SETTING) ?? false;
  return isSet ? 'huge pages for large arrays' : 'the system’s own pages';
}

/** Runs this very command again with huge pages and gives its exit code; `null` where that can't be had. */
export function runAgainWithHugePages(): number | null {
  if (process.platform !== 'linux' || process.env['GLIBC_TUNABLES'] !== undefined) return null;
  const { status } = spawnSync(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    stdio: 'inherit',
    env: { ...process.env, GLIBC_TUNABLES: SETTING },
  });
  return status ?? 1;
}
