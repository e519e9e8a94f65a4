// What the page offers to the test. Everything runs in a task of the page's own: what a debugger evaluates itself
// is exempt from the page's content-security policy.
import { conformance } from './conformance.ts';
import { draw } from './draw.ts';
import { probeHere, workload } from './workload.ts';

const offered = {
  workload: (...args: Parameters<typeof workload>) => inOwnTask(() => workload(...args)),
  /** The SVG of a fixed series, and the names of the elements that the page makes of it. */
  draw: () =>
    inOwnTask(async () => {
      const svg = await draw();
      const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml');
      return { svg, elements: [...parsed.querySelectorAll('*')].map(({ localName }) => localName) };
    }),
  probeHere: () => inOwnTask(probeHere),
  conformance: (...args: Parameters<typeof conformance>) => inOwnTask(() => conformance(...args)),
  /** Whether this page may turn text into code. */
  mayGenerateCode: () => inOwnTask(mayGenerateCode),
};

declare global {
  interface Window {
    rp: typeof offered;
  }
}

window.rp = offered;

function inOwnTask<R>(work: () => R | Promise<R>): Promise<R> {
  return new Promise<R>((resolve, reject) => {
    setTimeout(() => Promise.resolve().then(work).then(resolve, reject));
  });
}

function mayGenerateCode(): boolean {
  try {
    return new Function('return true')() as boolean;
  } catch {
    return false;
  }
}
