// The bytes of a file.
import { writeArchive } from './archive.ts';
import type { SeriesDict } from './members.ts';
import { writeNpy } from './npy.ts';

/** The `.npz` file that holds the given members. */
export function npzOf(members: SeriesDict): Uint8Array {
  return writeArchive(
    new Map(Object.entries(members).map(([key, array]) => [`${key}.npy`, writeNpy(array)])),
  );
}
