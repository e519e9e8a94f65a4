// Where tests find the packages: in the sources (fast, the default) or in what `pnpm build` made.
import { fileURLToPath } from 'node:url';
import type { ViteUserConfig } from 'vitest/config';

const root = fileURLToPath(new URL('../../', import.meta.url));

const toSources = [
  { find: /^@rp\/backend\/conformance$/, replacement: `${root}packages/backend/src/conformance/index.ts` },
  { find: /^@rp\/([^/]+)$/, replacement: `${root}packages/$1/src/index.ts` },
];

export function tests(against: 'sources' | 'build'): ViteUserConfig {
  return {
    resolve: { alias: against === 'sources' ? toSources : [] },
    test: {
      include: ['{packages,apps,tooling}/*/test/**/*.test.ts'],
      exclude: ['**/node_modules/**', '**/dist/**'],
      environment: 'node',
      testTimeout: 60_000,
      hookTimeout: 60_000,
    },
  };
}
