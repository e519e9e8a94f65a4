// From the notation of the case files to objects: references, arrays, series, descriptors, things to construct.
import { Constant, isEvolveResult, ModuleBase } from '@rp/module-core';
import type { NdArray } from '@rp/ndarray';
import { sizeOf } from '@rp/ndarray';
import { constructors } from './constructors.ts';
import { makeDescriptor } from './descriptors.ts';
import type { Scene } from './scene.ts';
import { decodeSeries } from './values.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Decodes a value of an argument; nested lists of numbers become arrays. */
export function decodeValue(value: unknown, scene: Scene): unknown {
  if (Array.isArray(value)) return decodeList(value, scene);
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as Fields;
  if (typeof fields.ref === 'string') return resolve(fields.ref, scene);
  if ('array' in fields) return decodeArray(fields.array, fields.shape as number[] | undefined);
  if (Array.isArray(fields.tuple)) return fields.tuple.map((entry) => decodeValue(entry, scene));
  if (Array.isArray(fields.list)) return fields.list.map((entry) => decodeValue(entry, scene));
  if (typeof fields.class === 'string') return construct(fields.class, (fields.args ?? {}) as Fields, scene);
  if (typeof fields.type === 'string') return decodeSeries(fields);
  if ('param' in fields) return makeDescriptor(fields.param as Fields, scene);
  if ('constant' in fields && Object.keys(fields).length === 1) {
    return new Constant(decodeValue(fields.constant, scene));
  }
  return decodeFields(fields, scene);
}

/** Decodes every entry of a dictionary. */
export function decodeFields(fields: Fields, scene: Scene): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, decodeValue(value, scene)]));
}

/** Makes an object of the library or of the test kit. */
export function construct(className: string, args: Fields, scene: Scene): unknown {
  const make = constructors[className];
  if (make === undefined)
    throw new Error(`the case names a class \`${className}\` that the runner doesn't know`);
  return make(args, scene);
}

function decodeList(list: readonly unknown[], scene: Scene): unknown {
  return list.length > 0 && isNumeric(list)
    ? decodeArray(list, undefined)
    : list.map((entry) => decodeValue(entry, scene));
}

function isNumeric(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isNumeric);
  return typeof value === 'number' || value === 'NaN' || value === 'Infinity' || value === '-Infinity';
}

function decodeArray(nested: unknown, shape: readonly number[] | undefined): NdArray {
  const data = Float64Array.from([nested].flat(Number.POSITIVE_INFINITY) as (number | string)[], Number);
  const extents = shape ?? nestedShape(nested);
  if (sizeOf(extents) !== data.length)
    throw new Error(`the case has an array that is not of shape [${extents}]`);
  return { data, shape: extents };
}

function nestedShape(nested: unknown): number[] {
  return Array.isArray(nested) ? [nested.length, ...(nested.length > 0 ? nestedShape(nested[0]) : [])] : [];
}

/** The object at a dotted path: `n.a` an attribute, `r.1` an entry of a result, `s.0` a submodule by number. */
export function resolve(path: string, scene: Scene): unknown {
  const [name = '', ...rest] = path.split('.');
  if (!scene.objects.has(name))
    throw new Error(`the case refers to \`${name}\`, which no earlier step has made`);
  return rest.reduce(member, scene.objects.get(name));
}

const RESULT_ENTRIES = ['output', 'state', 'record'] as const;

function member(owner: unknown, key: string): unknown {
  const index = /^\d+$/.test(key) ? Number(key) : null;
  if (index !== null && isEvolveResult(owner)) return owner[RESULT_ENTRIES[index]!];
  if (index !== null && owner instanceof ModuleBase) return Object.values(owner.modules())[index];
  if (owner instanceof ModuleBase) return owner.getAttribute(key);
  return Reflect.get(owner as object, key);
}
