// One array in NumPy's .npy form (numpy.lib.format, versions 1 to 3): a short header as a Python literal, then
// the elements. Nothing is allocated before the header has been checked against the bytes that are there.
import { fail } from '../error.ts';
import { type ElementType, elementTypes } from './element-types.ts';

/** A numeric array of a file. */
export interface NpyArray {
  /** NumPy's code, with byte order: `<f8`, `|b1`. */
  readonly dtype: string;
  /** `[]` for a single number. */
  readonly shape: readonly number[];
  /** Row-major. */
  readonly values: ArrayLike<number>;
}

/** What a member of a file holds: numbers, or texts. */
export type NpyContent =
  | (NpyArray & { readonly values: Float64Array })
  | { readonly shape: readonly number[]; readonly texts: readonly string[] };

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const MAX_HEADER = 2 ** 16;
const ALIGNMENT = 64;
const HOST_IS_LITTLE = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/**
 * Reads an array.
 * @param where names file and member, for errors.
 * @throws ValueError if the bytes are damaged or hold something else than numbers and texts.
 */
export function readNpy(bytes: Uint8Array, where: string): NpyContent {
  const refuse = (what: string) => fail('ValueError', 'npy', `${where}: ${what}`);
  const { header, start } = headerOf(bytes, refuse);
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(header)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(header)?.[1];
  const shapeText = /'shape'\s*:\s*\(([^)]*)\)/.exec(header)?.[1];
  const type = /^([<>=|]?)([a-zA-Z])(\d*)$/.exec(descr ?? '');
  if (order === undefined || shapeText === undefined || type === null) {
    throw refuse(`the header does not describe a plain array (${header.trim().slice(0, 100)})`);
  }
  const [, byteOrder, kind, size] = type as unknown as [string, string, string, string];
  const layout: Layout = {
    shape: shapeOf(shapeText, refuse),
    little: byteOrder !== '>',
    fortran: order === 'True',
    data: new DataView(bytes.buffer, bytes.byteOffset + start, bytes.length - start),
  };
  if (kind === 'U' || kind === 'S') return readTexts(layout, kind, Number(size), refuse);
  const element = elementTypes[kind + size];
  if (element === undefined) throw refuse(`element type '${descr}' is not a plain number type`);
  return { dtype: descr!, ...readNumbers(layout, element, refuse) };
}

type Refuse = (what: string) => Error;

interface Layout {
  readonly shape: readonly number[];
  readonly little: boolean;
  readonly fortran: boolean;
  readonly data: DataView;
}

function headerOf(bytes: Uint8Array, refuse: Refuse): { header: string; start: number } {
  if (bytes.length < 10 || MAGIC.some((byte, i) => bytes[i] !== byte)) throw refuse('this is no .npy array');
  const version = bytes[6]!;
  if (version < 1 || version > 3) throw refuse(`.npy version ${version} is unknown`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (version > 1 && bytes.length < 12) throw refuse('the header is cut off');
  const [length, start] = version === 1 ? [view.getUint16(8, true), 10] : [view.getUint32(8, true), 12];
  if (length > MAX_HEADER) throw refuse(`a header of ${length} bytes is too long`);
  if (start + length > bytes.length) throw refuse('the header is cut off');
  const header = new TextDecoder(version === 3 ? 'utf-8' : 'latin1').decode(
    bytes.subarray(start, start + length),
  );
  return { header, start: start + length };
}

/** NumPy has no arrays of more axes. */
const MAX_AXES = 64;

/** The extents of a Python tuple: `3, 2`, `5,`, or nothing. */
function shapeOf(text: string, refuse: Refuse): number[] {
  const extents = text.split(',').map((extent) => extent.trim());
  if (extents.at(-1) === '') extents.pop();
  if (extents.length > MAX_AXES) throw refuse(`a shape of ${extents.length} axes is too long`);
  return extents.map((extent) => {
    if (!/^\d{1,15}L?$/.test(extent)) throw refuse(`the shape (${text.slice(0, 60)}) is not one`);
    return Number.parseInt(extent, 10);
  });
}

/** The number of elements, once it is sure that they are all there. */
function checkedSize({ shape, data }: Layout, bytesEach: number, refuse: Refuse): number {
  const size = shape.reduce((product, extent) => product * extent, 1);
  if (size * bytesEach > data.byteLength) {
    throw refuse(
      `the header promises ${size} elements (shape ${JSON.stringify(shape)}), but only ${data.byteLength} bytes follow`,
    );
  }
  return size;
}

function readNumbers(layout: Layout, element: ElementType, refuse: Refuse) {
  const { shape, little, fortran, data } = layout;
  const size = checkedSize(layout, element.bytes, refuse);
  if (element === elementTypes.f8 && little === HOST_IS_LITTLE && !fortran) {
    const start = data.byteOffset;
    return { shape, values: new Float64Array(data.buffer.slice(start, start + size * element.bytes)) };
  }
  const values = new Float64Array(size);
  for (let i = 0, offset = 0; i < size; i++, offset += element.bytes) {
    values[i] = element.read(data, offset, little);
  }
  return { shape, values: fortran ? rowMajor(values, shape) : values };
}

/** Reorders elements whose first axis varies fastest. */
function rowMajor(values: Float64Array, shape: readonly number[]): Float64Array {
  if (shape.length < 2) return values;
  const ordered = new Float64Array(values.length);
  const index = new Array<number>(shape.length).fill(0);
  for (const value of values) {
    ordered[index.reduce((position, at, axis) => position * shape[axis]! + at, 0)] = value;
    for (let axis = 0; axis < shape.length && ++index[axis]! === shape[axis]; axis++) index[axis] = 0;
  }
  return ordered;
}

/** Fixed-length texts: four bytes for each character (`U`), or one (`S`); zeros at the end are padding. */
function readTexts(layout: Layout, kind: 'U' | 'S', length: number, refuse: Refuse) {
  const { shape, little, data } = layout;
  const width = kind === 'U' ? 4 : 1;
  const count = checkedSize(layout, Math.max(1, length * width), refuse);
  const texts = Array.from({ length: count }, (_, i) => {
    const characters = Array.from({ length }, (_, k) => {
      const offset = (i * length + k) * width;
      const code = kind === 'U' ? data.getUint32(offset, little) : data.getUint8(offset);
      if (code > 0x10ffff) throw refuse('a text holds something that is no character');
      return String.fromCodePoint(code);
    });
    return characters.join('').replace(/\0+$/, '');
  });
  return { shape, texts };
}

/** The bytes of an array, in version 1 and row-major order. */
export function writeNpy({ dtype, shape, values }: NpyArray): Uint8Array {
  const element = elementTypes[dtype.slice(1)]!;
  const extents = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const literal = `{'descr': '${dtype}', 'fortran_order': False, 'shape': (${extents}), }`;
  const unpadded = MAGIC.length + 4 + literal.length + 1;
  const header = `${literal.padEnd(literal.length + (-unpadded & (ALIGNMENT - 1)))}\n`;
  const start = MAGIC.length + 4 + header.length;
  const bytes = new Uint8Array(start + values.length * element.bytes);
  const view = new DataView(bytes.buffer);
  bytes.set([...MAGIC, 1, 0]);
  view.setUint16(8, header.length, true);
  bytes.set(new TextEncoder().encode(header), 10);
  if (element === elementTypes.f8 && HOST_IS_LITTLE && values instanceof Float64Array) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), start);
    return bytes;
  }
  for (let i = 0, offset = start; i < values.length; i++, offset += element.bytes) {
    element.write(view, offset, values[i]!);
  }
  return bytes;
}
