// A picture of W x H RGB pixels as a PNG in a data URL: how heat maps get into an SVG, in browsers too.
import { zlibSync } from 'fflate';
import { crc32 } from '../npz/crc32.ts';

/** @param pixels 3 bytes for each pixel, row by row from the top. */
export function pngDataUrl(pixels: Uint8Array, width: number, height: number): string {
  const header = new Uint8Array(13);
  new DataView(header.buffer).setUint32(0, width);
  new DataView(header.buffer).setUint32(4, height);
  header.set([8, 2, 0, 0, 0], 8);
  const file = [
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk('IHDR', header),
    chunk('IDAT', zlibSync(unfilteredRows(pixels, width, height))),
    chunk('IEND', new Uint8Array()),
  ];
  return `data:image/png;base64,${btoa(file.map(binaryText).join(''))}`;
}

function unfilteredRows(pixels: Uint8Array, width: number, height: number): Uint8Array {
  const stride = width * 3;
  const rows = new Uint8Array(height * (stride + 1));
  for (let row = 0; row < height; row++) {
    rows.set(pixels.subarray(row * stride, (row + 1) * stride), row * (stride + 1) + 1);
  }
  return rows;
}

/** Length, type, body, and the checksum of type and body. */
function chunk(type: string, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(body.length + 12);
  bytes.set(
    Array.from(type, (letter) => letter.charCodeAt(0)),
    4,
  );
  bytes.set(body, 8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, body.length);
  view.setUint32(body.length + 8, crc32(bytes.subarray(4, body.length + 8)));
  return bytes;
}

/** One letter per byte, by the piece, since a function takes only so many arguments. */
function binaryText(bytes: Uint8Array): string {
  let text = '';
  for (let start = 0; start < bytes.length; start += 8192) {
    text += String.fromCharCode(...bytes.subarray(start, start + 8192));
  }
  return text;
}
