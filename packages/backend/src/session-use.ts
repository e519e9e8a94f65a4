// Whether a session may be used now: by one run at a time, and not after it was disposed. What is allocated and freed
// is the session's own affair.
import type { ErrorFactory } from '@rp/errors';

export class SessionUse {
  private readonly program: string;
  private readonly fail: ErrorFactory;
  private running = false;
  private ended = false;

  /**
   * @param program Its name, for messages.
   * @param fail The error factory of the backend.
   */
  constructor(program: string, fail: ErrorFactory) {
    this.program = program;
    this.fail = fail;
  }

  /** Whether a run goes on. */
  get busy(): boolean {
    return this.running;
  }

  get disposed(): boolean {
    return this.ended;
  }

  /** @throws RuntimeError: code `session-busy` while a run goes on, `disposed` after the end. */
  requireIdle(): void {
    this.requireAlive();
    if (!this.running) return;
    throw this.fail(
      'RuntimeError',
      'session-busy',
      `${this.program}: a run is going on in this session; wait for it`,
    );
  }

  /** @throws RuntimeError (code `disposed`). */
  requireAlive(): void {
    if (this.ended) throw this.fail('RuntimeError', 'disposed', `${this.program}: this session was disposed`);
  }

  /** Does a run, and refuses all others meanwhile. @throws as {@link requireIdle}, and what the run throws. */
  async during<R>(run: () => Promise<R>): Promise<R> {
    this.requireIdle();
    this.running = true;
    try {
      return await run();
    } finally {
      this.running = false;
    }
  }

  /** Ends the use. @returns false if it had ended before. */
  dispose(): boolean {
    const first = !this.ended;
    this.ended = true;
    return first;
  }
}
