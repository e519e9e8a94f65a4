// A Chromium whose tabs are in the background, and are frozen, as a user's are. What other tests use keeps every page awake,
// so this one is driven by the browser's own protocol, through a pipe.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { executable, isolating, softwareGpu, switches } from './browser.ts';

export interface Tab {
  /** What an expression gives, or the promise that it gives; of plain data. */
  evaluate<T>(expression: string): Promise<T>;
  bringToFront(): Promise<void>;
  /** What browsers do to a tab that has been in the background for long. */
  setLifecycle(state: 'frozen' | 'active'): Promise<void>;
}

export interface Tabs {
  /** An isolated page with the script in it, in front of the others. */
  open(): Promise<Tab>;
  close(): Promise<void>;
}

/** A browser with a software GPU, and a server for its pages. */
export async function browserWithTabs(script: string): Promise<Tabs> {
  const profile = await mkdtemp(join(tmpdir(), 'rp-browser-'));
  const server = createServer(({ url }, response) => {
    const isScript = url === '/main.js';
    response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html', ...isolating });
    response.end(isScript ? script : '<!doctype html><title>page</title><script src="/main.js"></script>');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const own = ['--remote-debugging-pipe', `--user-data-dir=${profile}`, 'about:blank'];
  const browser = spawn(executable, [...switches, ...softwareGpu, ...own], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  });
  const ended = once(browser, 'exit');
  const send = protocol(browser.stdio[3] as Writable, browser.stdio[4] as Readable);
  return {
    open: async () => {
      const { targetId } = await send<{ targetId: string }>('Target.createTarget', { url: 'about:blank' });
      const { sessionId } = await send<Attached>('Target.attachToTarget', { targetId, flatten: true });
      const tab = tabOf((method, params) => send(method, params, sessionId));
      await tab.bringToFront();
      await send('Page.navigate', { url: address }, sessionId);
      await tab.evaluate(loaded);
      return tab;
    },
    close: async () => {
      await send('Browser.close');
      await ended;
      server.close();
      await rm(profile, { recursive: true, maxRetries: 5 });
    },
  };
}

type Send = <R>(method: string, params?: object, sessionId?: string) => Promise<R>;
type Attached = { readonly sessionId: string };
type Evaluated = {
  readonly result: { readonly value: unknown };
  readonly exceptionDetails?: { readonly exception?: { readonly description?: string } };
};

const loaded = `new Promise((done) => {
  if (document.readyState === 'complete') done();
  else addEventListener('load', () => done());
})`;

function tabOf(send: Send): Tab {
  return {
    evaluate: async <T>(expression: string) => {
      const options = { expression, awaitPromise: true, returnByValue: true };
      const { result, exceptionDetails } = await send<Evaluated>('Runtime.evaluate', options);
      if (exceptionDetails !== undefined)
        throw new Error(exceptionDetails.exception?.description ?? JSON.stringify(exceptionDetails));
      return result.value as T;
    },
    bringToFront: () => send('Page.bringToFront'),
    setLifecycle: (state) => send('Page.setWebLifecycleState', { state }),
  };
}

/** Messages are JSON, each with a zero byte behind it. */
function protocol(to: Writable, from: Readable): Send {
  const waiting = new Map<number, { resolve(result: never): void; reject(error: Error): void }>();
  let rest = '';
  from.setEncoding('utf8').on('data', (text: string) => {
    const messages = (rest + text).split('\0');
    rest = messages.pop()!;
    for (const message of messages) {
      const { id, result, error } = JSON.parse(message) as {
        readonly id?: number;
        readonly result: never;
        readonly error?: { readonly message: string };
      };
      const caller = waiting.get(id ?? 0);
      waiting.delete(id ?? 0);
      if (error === undefined) caller?.resolve(result);
      else caller?.reject(new Error(error.message));
    }
  });
  let last = 0;
  return (method, params = {}, sessionId) =>
    new Promise((resolve, reject) => {
      const id = ++last;
      waiting.set(id, { resolve, reject });
      to.write(`${JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) })}\0`);
    });
}
