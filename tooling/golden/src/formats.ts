// The one place where formats of case files are plugged in.
import type { CaseFile } from './case-files.ts';
import { coreCases } from './core-cases.ts';
import type { Format, GoldenCase } from './golden-case.ts';
import { layerCases, savedLayerCases } from './layers/layer-cases.ts';
import { recordingCases } from './layers/recordings.ts';
import { Waiting } from './waiting.ts';

const formats: Readonly<Record<string, Format>> = {
  core: coreCases,
  unreadable: ({ content }) => [{ id: 'file', run: async () => [String(content)] }],
  'golden-layers/1': layerCases,
  'golden-layers-json/1': savedLayerCases,
  'golden-layers-real/1': recordingCases,
};

/** The cases of a file. A format that nobody handles yet gives waiting cases. */
export function casesOf(file: CaseFile): GoldenCase[] {
  const format = formats[file.format] ?? unhandled;
  return format(file);
}

const unhandled: Format = ({ format, content }) =>
  listed(content).map(({ id }, index) => ({
    id: String(id ?? index),
    run: async () => {
      throw new Waiting(`the format ${format}`);
    },
  }));

/** The entries of a file of any format; a file that is not a list counts as one case. */
function listed(content: unknown): readonly { readonly id?: unknown }[] {
  const cases = (content as { readonly cases?: unknown }).cases;
  return Array.isArray(cases) ? cases : [{}];
}
