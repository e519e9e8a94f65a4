// Which renderer a series is drawn with. The names are the reference's; here drawings are data (see plot.ts),
// which any renderer can show, so 'matplotlib' stands for the one that is built in.
import { notice } from '@rp/errors';
import { fail } from './error.ts';

const spellings: Readonly<Record<string, readonly string[]>> = {
  holoviews: ['holoviews', 'holo', 'Holoviews', 'HoloViews', 'hv'],
  matplotlib: ['matplotlib', 'mpl', 'mp', 'pyplot', 'plt'],
};

let globalChoice: string | null = 'matplotlib';

/** The backend for all series without a choice of their own; `null` if there is none. */
export function getGlobalTsPlottingBackend(): string | null {
  return globalChoice;
}

/**
 * Chooses the backend for all series without a choice of their own.
 * @throws ValueError for an unknown name, RuntimeError for one that is not available here.
 */
export function setGlobalTsPlottingBackend(name: string | null, verbose = true): void {
  globalChoice = backendSetting(name, verbose ? 'all series' : undefined);
}

/** The proper name of a backend. Says what was chosen if told for whom. */
export function backendSetting(name: string | null, feedbackFor?: string): string | null {
  const backend = name === null ? null : properName(name);
  if (backend === 'holoviews') {
    throw fail('RuntimeError', 'plotting-backend', 'holoviews is not available here; use matplotlib or null');
  }
  if (feedbackFor)
    notice('timeseries', `plotting backend of ${feedbackFor}: ${backend ?? 'the global choice'}`);
  return backend;
}

function properName(name: string): string {
  const found = Object.entries(spellings).find(([, all]) => all.includes(name));
  if (found) return found[0];
  throw fail(
    'ValueError',
    'plotting-backend',
    `unknown plotting backend ${JSON.stringify(name)}; known are ${Object.values(spellings).flat().join(', ')} and null`,
  );
}
