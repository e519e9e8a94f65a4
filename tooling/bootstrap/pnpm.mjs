// The pnpm that package.json names: the one on the PATH if it is that version, otherwise brought by npm.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { capture, die, manifest } from './process.mjs';

const wanted = manifest.packageManager;
const version = wanted.split('@')[1].split('+')[0];

/** From here on `pnpm` is the right one, for this process and all that it starts. */
export async function putPnpmOnPath() {
  if (await isRight()) return;
  process.env.PATH = [await folderFromNpm(), process.env.PATH].join(delimiter);
  if (!(await isRight())) die(`npm brought ${wanted}, but it doesn't run; try \`npm cache verify\``);
}

async function isRight() {
  const { code, output } = await capture('pnpm', ['--version']);
  return code === 0 && output.split(/\s+/).at(-1) === version;
}

/** npm keeps what it fetches, so that the next time needs no network. */
async function folderFromNpm() {
  const ownNpm = process.env.npm_execpath?.endsWith('npm-cli.js') ? process.env.npm_execpath : undefined;
  const [command, first] = ownNpm ? [process.execPath, [ownNpm]] : ['npm', []];
  const settings = ['--yes', '--prefer-offline', '--loglevel=error', `--package=${wanted}`];
  const printPath = ['--', 'node', '-p', 'process.env.PATH'];
  const { code, output } = await capture(command, [...first, 'exec', ...settings, ...printPath]);
  if (code === 127) die('npm is needed and was not found; it comes with Node');
  if (code !== 0) die(`npm could not fetch ${wanted}; is there a network? npm said: ${reasonIn(output)}`);
  const folders = output.split('\n').at(-1).split(delimiter);
  const folder = folders.find((path) => path.includes('_npx') && existsSync(join(path, 'pnpm')));
  return folder ?? die(`npm brought ${wanted}, but it isn't in ${folders[0]}; try \`npm cache verify\``);
}

function reasonIn(output) {
  const lines = output.split('\n').map((line) => line.replace(/^npm (error|ERR!) ?/, '').trim());
  return lines.find((line) => line && !/^(code|syscall|errno) /.test(line)) ?? 'nothing';
}
