// The words by which the threads of a backend talk to each other, in the memory that they share. What different threads
// write often lies in different cache lines.

/** Words of the control region. */
export const places = {
  /** Which task is going on (`ticket`), how many have joined it, and whether it is closed. Waited on by idle workers. */
  state: 0,
  /** Workers that sleep there. */
  idle: 1,
  /** How many of those that joined are done. Waited on by who gave the task. */
  done: 16,
  /** The ticket of the task that may begin, once it is known how many take part. */
  begun: 32,
  /** The task. */
  code: 48,
  codeBytes: 49,
  base: 50,
  steps: 51,
  own: 52,
  ownBytes: 53,
  count: 54,
  /** Whether the parts begin together: joined workers wait for `begun`. */
  together: 55,
  /** Of the barriers within a step. */
  arrived: 64,
  generation: 80,
  asleep: 96,
  /** Not 0 when a worker has failed: barriers let everybody pass. */
  failed: 97,
  /** Not 0 when workers are to end. */
  ended: 98,
  /** Workers that are there. */
  ready: 112,
  /** Bytes of the message of a failed worker, and where that begins. */
  messageBytes: 113,
  message: 128,
} as const;

/** Words of the whole region; what is left after `message` is room for it. */
export const controlWords = 256;

/** The state of a task: the ticket, a bit that says that nobody can join any more, the number of those who did. */
export const ticketUnit = 256;
export const closed = 128;
/** Tickets are counted from 1 to here, and then again. */
export const lastTicket = 2 ** 22;
/** How many threads a pool may have, so that those who join can be counted below the bit. */
export const mostThreads = 64;

/** How often a thread looks at a word before it sleeps: some hundred microseconds. */
export const patience = 200_000;
