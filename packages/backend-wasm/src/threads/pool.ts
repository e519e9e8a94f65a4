// The threads of a backend: the one that calls, and workers that help it. They are started by the first task that is worth
// it. Nobody waits for workers that aren't there yet: who gives a task begins at once, and they join when they come.
import { nextTurn } from '@rp/backend';
import { warn } from '@rp/errors';
import type { Threads } from '../compile/division.ts';
import { fail } from '../error.ts';
import type { Heap, Region } from '../run/heap.ts';
import { closed, controlWords, lastTicket, patience, places, ticketUnit } from './control.ts';
import { type StartedWorker, workerStarter } from './start-worker.ts';

/** The function of a kernel whose work can be divided; see `generate.ts`. */
export type DividedSteps = (
  base: number,
  steps: number,
  own: number,
  index: number,
  count: number,
  patience: number,
) => void;

export interface Task {
  readonly run: DividedSteps;
  /** The module, for the workers. */
  readonly code: Region;
  readonly base: number;
  readonly steps: number;
  /** Where that is which the calling thread has for itself, and which the workers have, one after another. */
  readonly own: number;
  readonly ownOfWorkers: number;
  readonly ownBytes: number;
  /** Whether the parts need each other; else each takes what is left. */
  readonly together: boolean;
  /** How long it takes one thread, in milliseconds, about. */
  readonly duration: number;
}

/** Waking a worker takes as long as some tens of microseconds; what is shorter is done alone. */
const worthwhile = 0.02;

/** How long who gives a task waits for workers, if the parts need each other: a share of the task's time, within limits. */
const gathering = { share: 0.2, least: 0.02, most: 1 };

const longEnough = 10_000;

export class Pool {
  readonly threads: Threads;
  private readonly heap: Heap;
  private readonly control: Region;
  private readonly words: Int32Array;
  private readonly mayBlock = mayBlock();
  private readonly workers: StartedWorker[] = [];
  private readonly onLost: (why: string) => void;
  private ticket = 0;
  /** Why a worker was lost. */
  private problem: string | undefined;

  /** `onLost` is called when a worker can't be started, or ends by itself. */
  constructor(heap: Heap, threads: Threads, onLost: (why: string) => void = warnOfLoss) {
    this.heap = heap;
    this.onLost = (why) => {
      this.problem = why;
      onLost(why);
    };
    this.threads = threads;
    this.control = heap.allocate(4 * controlWords, 'threads');
    // It stays good when the memory grows: it is the same memory.
    this.words = new Int32Array(heap.memory.buffer, this.control.address, controlWords);
  }

  /** Where the control words begin. */
  get address(): number {
    return this.control.address;
  }

  /** Workers that are there. */
  get ready(): number {
    return Atomics.load(this.words, places.ready);
  }

  /** Starts the workers, unless that was done. */
  start(): void {
    const start = workerStarter();
    if (start === undefined) return;
    while (this.workers.length < this.threads.most - 1) {
      const { memory } = this.heap;
      this.workers.push(start({ memory, control: this.control.address }, this.onLost));
    }
  }

  /** Starts the workers and waits until all are there, or one is lost: then it returns why. */
  async started(): Promise<string | undefined> {
    const end = performance.now() + longEnough;
    this.start();
    while (!this.complete && this.problem === undefined) {
      if (performance.now() > end) return 'no worker thread has started within ten seconds';
      // Nothing else would keep the process alive.
      await nextTurn();
    }
    return this.problem;
  }

  private get complete(): boolean {
    return this.ready === this.threads.most - 1;
  }

  /** Does a task, with those who come; returns how many took part. */
  perform(task: Task): number {
    const isForced = this.threads.forced !== undefined;
    const isWorthwhile = isForced || task.duration >= worthwhile;
    if (isWorthwhile) this.start();
    // In a page, workers come only while nothing else is done.
    const waits = isForced && this.mayBlock;
    if (!isWorthwhile || (this.ready === 0 && !waits)) {
      task.run(task.base, task.steps, task.own, 0, 1, 0);
      return 1;
    }
    this.publish(task);
    try {
      if (isForced) this.gatherAll();
      if (task.together) this.doTogether(task);
      else task.run(task.base, task.steps, task.own, 0, 1, 0);
    } catch (error) {
      this.letPass();
      this.untilDone(this.close());
      Atomics.store(this.words, places.failed, 0);
      throw error;
    }
    const joined = this.close();
    this.untilDone(joined);
    this.requireNoFailure();
    return joined + 1;
  }

  /** Ends the workers; resolves when they are gone. */
  async end(): Promise<void> {
    const { words } = this;
    Atomics.store(words, places.ended, 1);
    this.announce(closed);
    await Promise.all(this.workers.splice(0).map((worker) => worker.end()));
    Atomics.store(words, places.ready, 0);
  }

  private publish({ code, base, steps, ownOfWorkers, ownBytes, together }: Task): void {
    const { words } = this;
    words[places.code] = code.address;
    words[places.codeBytes] = code.bytes;
    words[places.base] = base;
    words[places.steps] = steps;
    words[places.own] = ownOfWorkers;
    words[places.ownBytes] = ownBytes;
    words[places.together] = Number(together);
    words[places.done] = 0;
    words[places.arrived] = 0;
    this.announce(0);
  }

  /** A new ticket; wakes who sleeps. */
  private announce(flags: number): void {
    const { words } = this;
    this.ticket = this.ticket === lastTicket ? 1 : this.ticket + 1;
    Atomics.store(words, places.state, this.ticket * ticketUnit + flags);
    if (Atomics.load(words, places.idle) > 0) Atomics.notify(words, places.state);
  }

  private doTogether({ run, base, steps, own, duration }: Task): void {
    const { words } = this;
    this.gather(Math.min(gathering.most, Math.max(gathering.least, gathering.share * duration)));
    const joined = this.close();
    words[places.count] = joined + 1;
    Atomics.store(words, places.begun, this.ticket);
    if (joined > 0) Atomics.notify(words, places.begun);
    run(base, steps, own, 0, joined + 1, this.mayBlock ? patience : 0);
  }

  /** Waits for the workers to join, but not for long; returns whether all did that are there. */
  private gather(milliseconds: number): boolean {
    const { words } = this;
    const end = performance.now() + milliseconds;
    do {
      for (let looks = 0; looks < 100; looks++) {
        if ((Atomics.load(words, places.state) & (closed - 1)) === this.ready) return true;
      }
    } while (performance.now() < end);
    return false;
  }

  private gatherAll(): void {
    const end = performance.now() + longEnough;
    while (!this.gather(1) || (this.mayBlock && !this.complete)) {
      if (performance.now() > end) throw fail('RuntimeError', 'worker', 'the worker threads don’t come');
    }
  }

  /** Nobody can join any more; returns how many did. */
  private close(): number {
    return Atomics.or(this.words, places.state, closed) & (closed - 1);
  }

  private untilDone(joined: number): void {
    const { words } = this;
    for (let looks = 0; ; looks++) {
      const done = Atomics.load(words, places.done);
      if (done === joined) return;
      // The main thread of a page may not sleep.
      if (looks > patience && this.mayBlock) Atomics.wait(words, places.done, done);
    }
  }

  /** Has everybody go through the barriers of a task that has failed. */
  private letPass(): void {
    const { words } = this;
    Atomics.store(words, places.failed, 1);
    words[places.count] = 1;
    Atomics.store(words, places.begun, this.ticket);
    Atomics.notify(words, places.begun);
    Atomics.add(words, places.generation, 1);
    Atomics.notify(words, places.generation);
  }

  private requireNoFailure(): void {
    const { words, heap, control } = this;
    if (Atomics.load(words, places.failed) === 0) return;
    const from = control.address + 4 * places.message;
    const message = heap.views.u8.slice(from, from + words[places.messageBytes]!);
    Atomics.store(words, places.failed, 0);
    throw fail('RuntimeError', 'worker', `a worker thread failed: ${new TextDecoder().decode(message)}`);
  }
}

function warnOfLoss(why: string): void {
  warn('wasm', `a worker thread is lost (${why}); the other threads do its part`);
}

/** Whether this thread may sleep; that of a page may not. */
function mayBlock(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1);
    return true;
  } catch {
    return false;
  }
}
