// A real Chromium with one page, and the bundle of the built packages in it. Nothing is fetched: the page is made here.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';

export const executable = '/usr/bin/chromium';
/** WebGPU is for secure pages only. */
const address = 'https://page.test/';

/** Why there is no browser here, or undefined. */
export function missingBrowser(): string | undefined {
  return existsSync(executable)
    ? undefined
    : `${executable} doesn't exist; install Chromium to run these tests`;
}

/** What every browser here is started with. */
export const switches = [
  '--headless',
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** What makes Chromium offer its software GPU to pages. */
export const softwareGpu = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
];

/** With `gpu`, pages have WebGPU, computed in software. */
export function launch({ gpu = false } = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: executable,
    headless: true,
    args: [...switches, ...(gpu ? softwareGpu : ['--disable-gpu'])],
  });
}

/** One classic script with everything that a page needs, as a user's bundler would make it. */
export async function bundle(page: 'main' | 'device' | 'background' = 'main'): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`../page/${page}.ts`, import.meta.url))],
    bundle: true,
    write: false,
    format: 'iife',
    minify: true,
    platform: 'browser',
    target: 'es2022',
    ...(page === 'device' ? { plugins: [withoutNode] } : { external: ['node:*'] }),
    // The repository's own configuration would lead to the sources instead of the build.
    tsconfigRaw: {},
    logLevel: 'silent',
  });
  return outputFiles[0]!.text;
}

/** The runner of golden cases mentions Node's files, which the cases that run in a page don't need. */
const withoutNode: Plugin = {
  name: 'without-node',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(node:.*|fs|fs\/promises|os|path|url)$/ }, ({ path }) => ({
      path,
      namespace: 'node',
    }));
    onLoad({ filter: /.*/, namespace: 'node' }, () => ({
      contents: 'module.exports = globalThis.nodeInPage;',
    }));
  },
};

/** What makes a page cross-origin isolated: it then has shared memory. */
export const isolating = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

/** A page with the script in it, under a content-security policy if one is given. */
export async function openPage(
  browser: Browser,
  script: string,
  policy?: string,
  { isolated = false } = {},
): Promise<Page> {
  const page = await browser.newPage();
  const headers = {
    ...(policy === undefined ? {} : { 'content-security-policy': policy }),
    ...(isolated ? isolating : {}),
  };
  await page.route(`${address}**`, (route) =>
    route.request().url().endsWith('/main.js')
      ? route.fulfill({ contentType: 'text/javascript', body: script })
      : route.fulfill({
          contentType: 'text/html',
          headers,
          body: '<!doctype html><title>page</title><script src="/main.js"></script>',
        }),
  );
  await page.goto(address);
  return page;
}
