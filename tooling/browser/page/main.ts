// What the page offers to the test. Everything runs in a task of the page's own: what a debugger evaluates itself
// is exempt from the page's content-security policy.
import { probeHere, workload } from './workload.ts';

const offered = {
  workload: (...args: Parameters<typeof workload>) => inOwnTask(() => workload(...args)),
  probeHere: () => inOwnTask(probeHere),
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
