// The channel for what is worth saying but does not stop the work. Replaceable, so that a program can
// collect warnings, show them, or turn them into errors.

export interface MessageHandlers {
  /** Something is probably not what the caller meant. Default: `console.warn`. */
  readonly warn: (message: string) => void;
  /** Plain information. Default: `console.log`. */
  readonly notice: (message: string) => void;
}

const defaults: MessageHandlers = {
  warn: (message) => console.warn(message),
  notice: (message) => console.log(message),
};

let handlers = defaults;

/** Sends a warning of a package: `warn('timeseries', 'some times lie outside')`. */
export function warn(packageName: string, message: string): void {
  handlers.warn(`[rp:${packageName}] ${message}`);
}

/** Sends plain information of a package. */
export function notice(packageName: string, message: string): void {
  handlers.notice(`[rp:${packageName}] ${message}`);
}

/**
 * Replaces one or both handlers, for the whole process. Returns a function that puts the former ones back.
 * Called without arguments it restores the defaults.
 */
export function setMessageHandlers(replacement: Partial<MessageHandlers> = defaults): () => void {
  const former = handlers;
  handlers = { ...handlers, ...replacement };
  return () => {
    handlers = former;
  };
}
