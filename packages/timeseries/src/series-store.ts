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
let folders: string[] | undefined;

function removeAtExit(folder: string): void {
  if (folders === undefined) {
    const list: string[] = [];
    const { rmSync } = nodeModule('node:fs', 'TSDictOnDisk');
    globalThis.process.once('exit', () => {
      for (const path of list) rmSync(path, { recursive: true, force: true });
    });
    folders = list;
  }
  folders.push(folder);
}

/**
 * A store in a temporary folder of its own (Node), which is removed when the program ends.
 * @throws RuntimeError where there is no Node.
 */
export function temporaryFiles(): SeriesStore {
  const files = nodeModule('node:fs', 'TSDictOnDisk without a store of its own');
  const { join } = nodeModule('node:path', 'TSDictOnDisk');
  const folder = files.mkdtempSync(join(nodeModule('node:os', 'TSDictOnDisk').tmpdir(), 'rp-timeseries-'));
  removeAtExit(folder);
  const path = (handle: number) => join(folder, `${handle}.npz`);
  let next = 0;
  return {
    write(bytes) {
      const handle = next++;
      files.writeFileSync(path(handle), bytes);
      return handle;
    },
    read: (handle) => files.readFileSync(path(handle)),
    remove: (handle) => files.rmSync(path(handle), { force: true }),
  };
}
