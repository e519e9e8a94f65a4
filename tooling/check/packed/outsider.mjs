// A user's own layer, outside the repository: the tarballs are installed by npm into an empty folder, and the
// example of the documentation is type-checked against their declarations and run.
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { capture, root } from '../../bootstrap/process.mjs';

const example = 'own-layer.ts';
/** What the example prints, among other things. */
const printed = [
  'Channels: 2. Events: 10',
  'TSContinuous object `state` from t=0.0 to 0.1. Samples: 101',
  'GenericNeurons',
];

export async function outsider(packages) {
  const folder = mkdtempSync(join(tmpdir(), 'rp-outsider-'));
  try {
    return { complaints: await complaintsIn(folder, packages) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function complaintsIn(folder, packages) {
  prepare(folder);
  const libraries = packages.filter(({ manifest }) => manifest.bin === undefined);
  for (const [command, ...args] of [
    [
      'npm',
      '--prefix',
      folder,
      'install',
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
      ...libraries.map(({ file }) => file),
    ],
    [process.execPath, join(root, 'node_modules/typescript/bin/tsc'), '-p', folder],
  ]) {
    const { code, output } = await capture(command, args);
    if (code !== 0) return [output];
  }
  const { code, output } = await capture(process.execPath, [join(folder, example.replace('.ts', '.js'))]);
  if (code !== 0) return [output];
  return [
    ...printed.filter((text) => !output.includes(text)).map((text) => `not printed: ${text}\n${output}`),
    ...(await complaintsAboutPictures(folder)),
  ];
}

/** Nobody has installed a drawing library here, and whoever wants to draw is told how to. */
async function complaintsAboutPictures(folder) {
  const complaints = [];
  for (const [draw, remedy] of [
    ['toSVG(new TSEvent())', 'npm install echarts@6'],
    ["svgToPng('<svg/>')", 'npm install @resvg/resvg-js dejavu-fonts-ttf'],
  ]) {
    const script = `import { TSEvent } from '@rp/timeseries'; import { svgToPng, toSVG } from '@rp/timeseries/plot';
      try { await ${draw}; } catch (error) { console.log(error.kind, error.message); }`;
    writeFileSync(join(folder, 'draw.js'), script);
    const { output } = await capture(process.execPath, [join(folder, 'draw.js')]);
    if (!output.includes(remedy)) complaints.push(`${draw} should say "${remedy}", but says: ${output}`);
  }
  return complaints;
}

function prepare(folder) {
  const json = (name, content) => writeFileSync(join(folder, name), JSON.stringify(content));
  json('package.json', { name: 'outsider', private: true, type: 'module' });
  json('tsconfig.json', {
    compilerOptions: {
      strict: true,
      module: 'nodenext',
      target: 'es2022',
      lib: ['es2023', 'dom', 'esnext.disposable'],
      types: [],
    },
    files: [example],
  });
  copyFileSync(join(root, 'examples', example), join(folder, example));
}
