// A progress bar on a terminal, for work that takes more than a second.
import { SingleBar } from 'cli-progress';

export interface Progress {
  readonly update: (progress: { readonly done: number; readonly total: number }) => void;
  readonly stop: () => void;
}

/** Nothing is shown in the first second, and nothing at all where standard error isn't a terminal. */
export function progressBar(label: string): Progress {
  const started = performance.now();
  let bar: SingleBar | undefined;
  return {
    update({ done, total }) {
      if (!process.stderr.isTTY || performance.now() - started < 1000) return;
      if (bar === undefined) {
        bar = new SingleBar({
          format: `${label} {bar} {percentage} % · {eta_formatted} left`,
          stream: process.stderr,
          hideCursor: true,
          clearOnComplete: true,
        });
        bar.start(total, done);
      }
      bar.update(done);
    },
    stop: () => bar?.stop(),
  };
}
