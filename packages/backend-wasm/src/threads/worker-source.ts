// What a worker does, as text: it is made by a published package, inside of anybody's bundle, so no file of its own can be
// asked for (docs/decisions/0016-threads.md). A worker waits on a word of the shared memory, joins a task, does its part in
// WebAssembly, and waits again. It never gets messages after the first one, and touches nothing but the memory.
import { closed, controlWords, patience, places, ticketUnit } from './control.ts';

/** What a worker is told when it begins. */
export interface WorkerStart {
  readonly memory: WebAssembly.Memory;
  /** Where the control words begin. */
  readonly control: number;
}

const source = `'use strict';
const places = ${JSON.stringify(places)};
const begin = ({ memory, control }) => {
  const words = new Int32Array(memory.buffer, control, ${controlWords});
  const kernels = new Map();

  // Looks for a while whether a word has changed, then sleeps until it has.
  const changed = (place, former, sleepers) => {
    for (let looks = 0; looks < ${patience}; looks++) {
      if (Atomics.load(words, place) !== former) return;
    }
    if (sleepers !== undefined) Atomics.add(words, sleepers, 1);
    Atomics.wait(words, place, former);
    if (sleepers !== undefined) Atomics.sub(words, sleepers, 1);
  };

  const compiled = (address, bytes) => {
    const code = new Uint8Array(memory.buffer, address, bytes).slice();
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code), { env: { memory } });
    return exports.steps;
  };

  // Which of those that take part this worker is, or 0 if the task is over.
  const join = (ticket) => {
    for (;;) {
      const state = Atomics.load(words, places.state);
      if (Math.floor(state / ${ticketUnit}) !== ticket || (state & ${closed}) !== 0) return 0;
      const next = state + 1;
      if (Atomics.compareExchange(words, places.state, state, next) === state) return next & ${closed - 1};
    }
  };

  const work = (steps, ticket, index) => {
    if (words[places.together] !== 0) {
      for (let begun; (begun = Atomics.load(words, places.begun)) !== ticket; ) changed(places.begun, begun);
    }
    const own = words[places.own] + (index - 1) * words[places.ownBytes];
    steps(words[places.base], words[places.steps], own, index, words[places.count], ${patience});
  };

  const fail = (error) => {
    const text = new TextEncoder().encode(String(error)).subarray(0, ${4 * (controlWords - places.message)});
    new Uint8Array(memory.buffer, control + 4 * places.message).set(text);
    words[places.messageBytes] = text.length;
    Atomics.store(words, places.failed, 1);
    Atomics.add(words, places.generation, 1);
    Atomics.notify(words, places.generation);
  };

  let ticket = 0;
  Atomics.add(words, places.ready, 1);
  for (;;) {
    const state = Atomics.load(words, places.state);
    if (Atomics.load(words, places.ended) !== 0) return;
    if (Math.floor(state / ${ticketUnit}) === ticket) {
      changed(places.state, state, places.idle);
      continue;
    }
    ticket = Math.floor(state / ${ticketUnit});
    const address = words[places.code];
    let index = 0;
    try {
      if (!kernels.has(address)) kernels.set(address, compiled(address, words[places.codeBytes]));
      index = join(ticket);
      if (index > 0) work(kernels.get(address), ticket, index);
    } catch (error) {
      fail(error);
    }
    if (index > 0) {
      Atomics.add(words, places.done, 1);
      Atomics.notify(words, places.done);
    }
  }
};
`;

/** For Node's workers, which have `workerData`; for those of browsers, which get a message. */
export const workerSources = {
  node: `${source}begin(require('node:worker_threads').workerData);`,
  page: `${source}onmessage = ({ data }) => begin(data);`,
} as const;
