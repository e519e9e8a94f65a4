// Several layers that were given the same plugin share one opened backend (one device, one memory, one cache of
// compiled programs). It is closed when the last of them lets go.
import type { Backend, BackendPlugin } from './plugin.ts';

interface Shared {
  readonly backend: Promise<Backend>;
  users: number;
}

const shared = new WeakMap<BackendPlugin, Shared>();

/** An opened backend and the way to let go of it. */
export interface Lease {
  readonly backend: Backend;
  readonly release: () => Promise<void>;
}

/** Opens the plugin's backend, or joins those who have it open. */
export async function lease(plugin: BackendPlugin): Promise<Lease> {
  let entry = shared.get(plugin);
  if (entry === undefined) {
    entry = { backend: plugin.open(), users: 0 };
    shared.set(plugin, entry);
  }
  entry.users++;
  try {
    return { backend: await entry.backend, release: once(() => leave(plugin, entry)) };
  } catch (error) {
    forget(plugin, entry);
    throw error;
  }
}

async function leave(plugin: BackendPlugin, entry: Shared): Promise<void> {
  entry.users--;
  if (entry.users > 0) return;
  forget(plugin, entry);
  await (await entry.backend).dispose();
}

function forget(plugin: BackendPlugin, entry: Shared): void {
  if (shared.get(plugin) === entry) shared.delete(plugin);
}

function once(action: () => Promise<void>): () => Promise<void> {
  let result: Promise<void> | undefined;
  return () => {
    result ??= action();
    return result;
  };
}
