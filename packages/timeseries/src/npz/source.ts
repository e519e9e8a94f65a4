// Gets the bytes of a file, wherever they are.
import { describe, fail } from '../error.ts';
import { nodeModule } from '../node-module.ts';

/** Where the bytes of a file come from: a path or `file:` URL (Node), a `Blob` or `File`, or the bytes themselves. */
export type NpzSource = string | URL | Blob | ArrayBuffer | Uint8Array;

/** Bytes, and what error messages call them. */
export interface NamedBytes {
  readonly bytes: Uint8Array;
  readonly label: string;
}

/** @throws TypeError for something that holds no bytes. */
export async function bytesOf(source: NpzSource): Promise<NamedBytes> {
  if (typeof source === 'string' || source instanceof URL) {
    const files = nodeModule('node:fs/promises', 'loading from a path');
    return { bytes: await files.readFile(source), label: String(source) };
  }
  if (source instanceof Uint8Array) return { bytes: source, label: 'the given bytes' };
  if (source instanceof ArrayBuffer) return { bytes: new Uint8Array(source), label: 'the given bytes' };
  if (source instanceof Blob) {
    const label = 'name' in source ? String(source.name) : 'the given blob';
    return { bytes: new Uint8Array(await source.arrayBuffer()), label };
  }
  throw fail('TypeError', 'npz-source', `load needs a path, a Blob or bytes, got ${describe(source)}`);
}
