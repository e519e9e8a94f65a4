// Where TSDictOnDisk keeps its files. This is all it needs, so that another place (a browser's private file
// system, a database) can be used by giving it another store.
import { nodeModule } from './node-module.ts';

/** Keeps the bytes of files under numbers. */
export interface SeriesStore {
  write(bytes: Uint8Array): number;
  read(handle: number): Uint8Array;
  remove(handle: number): void;
}

/** The folders that are left to remove when the program ends; one listener serves all. */
let folders: Set<string> | undefined;

function removeAtExit(folder: string): void {
  if (folders === undefined) {
    const all = new Set<string>();
    const { rmSync } = nodeModule('node:fs', 'TSDictOnDisk');
    globalThis.process.once('exit', () => {
      for (const path of all) rmSync(path, { recursive: true, force: true });
    });
    folders = all;
  }
  folders.add(folder);
}

/**
 * A store in a temporary folder of its own (Node). The folder is there as long as there are files in it, at most until
 * the program ends; only a program that is killed leaves it behind.
 * @throws RuntimeError where there is no Node.
 */
export function temporaryFiles(): SeriesStore {
  const files = nodeModule('node:fs', 'TSDictOnDisk without a store of its own');
  const { join } = nodeModule('node:path', 'TSDictOnDisk');
  const { tmpdir } = nodeModule('node:os', 'TSDictOnDisk');
  const kept = new Set<number>();
  let folder: string | undefined;
  let next = 0;
  const path = (handle: number) => join(folder!, `${handle}.npz`);
  return {
    write(bytes) {
      if (folder === undefined) {
        folder = files.mkdtempSync(join(tmpdir(), 'rp-timeseries-'));
        removeAtExit(folder);
      }
      const handle = next++;
      files.writeFileSync(path(handle), bytes);
      kept.add(handle);
      return handle;
    },
    read: (handle) => files.readFileSync(path(handle)),
    remove(handle) {
      if (!kept.delete(handle)) return;
      files.rmSync(path(handle), { force: true });
      if (kept.size > 0) return;
      files.rmSync(folder!, { recursive: true, force: true });
      folders!.delete(folder!);
      folder = undefined;
    },
  };
}
