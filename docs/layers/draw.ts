// npx tsx docs/layers/draw.ts [PAGE…]: draws the pictures of the layer pages anew, from the layers themselves.
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { pictureOf, scenes } from './scenes.ts';

const asked = process.argv.slice(2);
for (const page of asked.length > 0 ? asked : Object.keys(scenes)) {
  await writeFile(fileURLToPath(new URL(`./${page}.svg`, import.meta.url)), await pictureOf(page));
}
