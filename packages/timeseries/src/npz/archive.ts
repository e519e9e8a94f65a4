// The zip container of .npz files. The directory is read here, because every number in it must be checked
// against the file before it is believed, and because the checksums must be; inflating and writing is fflate's.
import { inflateSync, zipSync } from 'fflate';
import { fail } from '../error.ts';
import { crc32 } from './crc32.ts';

/** A file's members by name; each is unpacked when it is asked for. */
export type Archive = ReadonlyMap<string, () => Uint8Array>;

const LOCAL = 0x04034b50;
const ENTRY = 0x02014b50;
const END = 0x06054b50;
const END_64 = 0x06064b50;
const END_64_LOCATOR = 0x07064b50;
const UTF8_NAMES = 1 << 11;
const ENCRYPTED = 1;
const STORED = 0;
const DEFLATED = 8;
/** Deflate cannot shrink anything to less than about one part in 1032. */
const MAX_RATIO = 1033;
/** Larger members than this, and than the file, are not believed. */
const MAX_INFLATED = 2 ** 31;

/**
 * Reads the directory of a zip archive.
 * @param file names the file, for errors.
 * @throws ValueError if it is damaged.
 */
export function readArchive(bytes: Uint8Array, file: string): Archive {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const refuse = (what: string) => fail('ValueError', 'npz', `${file}: ${what}`);
  const { count, start } = findDirectory(view, refuse);
  const members = new Map<string, () => Uint8Array>();
  for (let i = 0, position = start; i < count; i++) {
    const entry = readEntry(view, position, refuse);
    members.set(entry.name, () => unpack(bytes, view, entry, refuse));
    position = entry.next;
  }
  return members;
}

type Refuse = (what: string) => Error;

interface Entry {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly checksum: number;
  readonly packedSize: number;
  readonly size: number;
  readonly offset: number;
  /** Where the next entry starts. */
  readonly next: number;
}

/** Each entry takes at least this many bytes, which bounds their number. */
const ENTRY_SIZE = 46;

function findDirectory(view: DataView, refuse: Refuse): { count: number; start: number } {
  const end = findEnd(view, refuse);
  let count = view.getUint16(end + 10, true);
  let start = view.getUint32(end + 16, true);
  if (end >= 20 && view.getUint32(end - 20, true) === END_64_LOCATOR) {
    const end64 = longAt(view, end - 12);
    if (end64 + 56 <= view.byteLength && view.getUint32(end64, true) === END_64) {
      count = longAt(view, end64 + 32);
      start = longAt(view, end64 + 48);
    }
  }
  if (start + count * ENTRY_SIZE > view.byteLength) {
    throw refuse(`the zip directory promises ${count} members, which is more than the file can hold`);
  }
  return { count, start };
}

/** The record at the end of the archive, which only a comment may follow. */
function findEnd(view: DataView, refuse: Refuse): number {
  const earliest = Math.max(0, view.byteLength - 22 - 0xffff);
  for (let end = view.byteLength - 22; end >= earliest; end--) {
    if (view.getUint32(end, true) === END) return end;
  }
  throw refuse('this is no .npz file, or it is cut off (the end of the zip archive is missing)');
}

function longAt(view: DataView, offset: number): number {
  return Number(view.getBigUint64(offset, true));
}

function readEntry(view: DataView, position: number, refuse: Refuse): Entry {
  if (position + ENTRY_SIZE > view.byteLength || view.getUint32(position, true) !== ENTRY) {
    throw refuse('the zip directory is damaged');
  }
  const [nameLength, extraLength, commentLength] = [28, 30, 32].map((at) =>
    view.getUint16(position + at, true),
  ) as [number, number, number];
  const nameStart = position + ENTRY_SIZE;
  const extraStart = nameStart + nameLength;
  const next = extraStart + extraLength + commentLength;
  if (next > view.byteLength) throw refuse('the zip directory is cut off');
  const flags = view.getUint16(position + 8, true);
  const name = new TextDecoder(flags & UTF8_NAMES ? 'utf-8' : 'latin1').decode(
    new Uint8Array(view.buffer, view.byteOffset + nameStart, nameLength),
  );
  const small = {
    size: view.getUint32(position + 24, true),
    packedSize: view.getUint32(position + 20, true),
    offset: view.getUint32(position + 42, true),
  };
  return {
    name,
    flags,
    method: view.getUint16(position + 10, true),
    checksum: view.getUint32(position + 16, true),
    ...largeValues(view, extraStart, extraStart + extraLength, small),
    next,
  };
}

interface Extents {
  size: number;
  packedSize: number;
  offset: number;
}

/** Values that don't fit 32 bits stand in the zip64 extra field, in this order, each only if needed. */
function largeValues(view: DataView, start: number, end: number, small: Extents): Extents {
  const extents = { ...small };
  for (let at = start; at + 4 <= end; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    let value = at + 4;
    for (const field of ['size', 'packedSize', 'offset'] as const) {
      if (small[field] !== 0xffffffff || value + 8 > end) continue;
      extents[field] = longAt(view, value);
      value += 8;
    }
  }
  return extents;
}

function unpack(bytes: Uint8Array, view: DataView, entry: Entry, refuseFile: Refuse): Uint8Array {
  const refuse = (what: string) => refuseFile(`member "${entry.name}": ${what}`);
  const { offset, packedSize, size, method } = entry;
  if (entry.flags & ENCRYPTED) throw refuse('it is encrypted');
  if (offset + 30 > bytes.length || view.getUint32(offset, true) !== LOCAL) {
    throw refuse('it is not where the zip directory says');
  }
  const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  if (start + packedSize > bytes.length) throw refuse('its data is cut off');
  const packed = bytes.subarray(start, start + packedSize);
  const content = method === STORED ? packed : inflate(packed, method, size, refuse);
  if (content.length !== size) throw refuse(`it should have ${size} bytes, but has ${content.length}`);
  if (crc32(content) !== entry.checksum) throw refuse('its checksum is wrong; the file is damaged');
  return content;
}

function inflate(packed: Uint8Array, method: number, size: number, refuse: Refuse): Uint8Array {
  if (method !== DEFLATED) throw refuse(`compression method ${method} is unknown`);
  if (size > packed.length * MAX_RATIO + 64 || size > MAX_INFLATED) {
    throw refuse(`it claims to unpack from ${packed.length} to ${size} bytes`);
  }
  try {
    return inflateSync(packed, { out: new Uint8Array(size) });
  } catch (cause) {
    throw refuse(`its compressed data is damaged (${cause instanceof Error ? cause.message : cause})`);
  }
}

const MAX_ARCHIVE = 2 ** 32 - 2 ** 20;
const MAX_NAME = 2 ** 16 - 1;

/**
 * Writes an archive of uncompressed members. The same members give the same bytes.
 * @throws ValueError if it gets too large for a plain zip file.
 */
export function writeArchive(members: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const total = [...members.values()].reduce((sum, { length }) => sum + length, 0);
  if (total > MAX_ARCHIVE) {
    throw fail(
      'ValueError',
      'npz-size',
      `${total} bytes are too much for one .npz file; save the series in parts`,
    );
  }
  for (const name of members.keys()) {
    if (new TextEncoder().encode(name).length > MAX_NAME) {
      throw fail('ValueError', 'npz-name', `the name is too long for a file (${name.length} characters)`);
    }
  }
  return zipSync(Object.fromEntries(members), { level: 0, mtime: new Date(1980, 0, 1) });
}
