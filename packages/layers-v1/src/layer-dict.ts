// Layers as JSON: the constructor arguments of a layer, under the names that they have in files.
import type { Nested } from '@rp/ndarray';
import { fail } from './error.ts';

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | Nested
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** What a layer file holds. */
export interface LayerDict {
  readonly class_name: string;
  readonly [argument: string]: JsonValue;
}

/**
 * A layer as JSON text.
 * @throws ValueError for values that JSON has no form for (NaN, infinities, undefined, objects of classes).
 */
export function layerToJson(dict: LayerDict): string {
  return write(dict, dict.class_name);
}

/** Unlike `JSON.stringify` it keeps the sign of -0, and refuses what it would replace by null. */
function write(value: unknown, path: string): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number' && Number.isFinite(value))
    return Object.is(value, -0) ? '-0.0' : String(value);
  if (Array.isArray(value)) return `[${value.map((item, i) => write(item, `${path}[${i}]`)).join(', ')}]`;
  if (typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
    const entries = Object.entries(value);
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}: ${write(item, `${path}.${key}`)}`).join(', ')}}`;
  }
  throw fail(
    'ValueError',
    'not-json',
    `${path} cannot be written to a layer file: ${String(value)} has no form in JSON`,
  );
}

/** Writes a layer file (Node). */
export async function writeLayerFile(path: string | URL, dict: LayerDict): Promise<void> {
  const text = layerToJson(dict);
  const { writeFile } = await import('node:fs/promises');
  await writeFile(path, `${text}\n`);
}
