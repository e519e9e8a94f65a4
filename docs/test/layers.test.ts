// The pages of the layers say what is so: their examples run and print that, their parameters are those of the layer,
// and their pictures are what the layer does.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ownLayers } from '@rp/layers-v1';
import { describe, expect, it, vi } from 'vitest';
import { contentOf, exampleOf, pictureOf, scenes } from '../layers/scenes.ts';

const folder = fileURLToPath(new URL('../layers/', import.meta.url));
const read = (name: string) => readFileSync(folder + name, 'utf8');
const pages = readdirSync(folder)
  .filter((name) => name.endsWith('.md') && name !== 'README.md')
  .map((name) => name.slice(0, -3));

/** The classes in the headline of a page. */
const classesOf = (page: string) => /^# (.*)$/m.exec(read(`${page}.md`))![1]!.split(', ');
/** The second column of the table of parameters. */
const namesInFiles = (page: string) =>
  [...read(`${page}.md`).matchAll(/^\| `\w+` +\| `(\w+)`/gm)].map(([, name]) => name!);

describe('the pages of the layers', () => {
  it('are there for every layer, have a picture, and are listed', () => {
    expect(pages.sort()).toEqual(Object.keys(scenes).sort());
    for (const page of pages) expect(read('README.md')).toContain(`(${page}.md)`);
    expect(pages.flatMap(classesOf).sort()).toEqual(ownLayers.map(({ className }) => className).sort());
  });

  it.each(pages)('%s shows the example that runs, and what it prints', async (page) => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    const example = await exampleOf(page);
    const printed = log.mock.calls.map((args) => args.map(String).join(' ')).join('\n');
    log.mockRestore();
    const [, code, shown] = /```ts\n(.*?)```\n\n```text\n(.*?)```/s.exec(read(`${page}.md`))!;
    expect(code).toBe(read(`examples/${page}.ts`));
    expect(shown!.trim()).toBe(printed);
    expect(classesOf(page)).toContain(example.layer.className);
  });

  it.each(pages)('%s has a row for every parameter that files of its classes hold', async (page) => {
    const { layer } = await exampleOf(page);
    const inFiles = Object.keys(layer.toDict()).filter((name) => name !== 'class_name');
    const listed = namesInFiles(page);
    expect(listed).toEqual(expect.arrayContaining(inFiles));
    // A page of two classes has what either of them has.
    const more = classesOf(page).length > 1 ? ['refractory'] : [];
    expect([...inFiles, ...more]).toEqual(expect.arrayContaining(listed));
  });

  it.each(pages)('%s has the picture of what its layer does (npx tsx docs/layers/draw.ts)', async (page) => {
    expect(read(`${page}.md`)).toContain(`](${page}.svg)`);
    expect(read(`${page}.svg`)).toContain(`<!-- ${await contentOf(page)} -->`);
    const drawn = await pictureOf(page);
    expect([drawn.includes('<svg'), drawn.includes(await contentOf(page))]).toEqual([true, true]);
  });
});
