// The pnpm that package.json names: the one on the PATH if it is that version, otherwise brought by npm.
import { capture, die, manifest, run } from './process.mjs';

const wanted = manifest.packageManager;
const version = wanted.split('@')[1].split('+')[0];

/** Whether `pnpm` on the PATH is the version that package.json names. */
export async function hasPnpm() {
  const { code, output } = await capture('pnpm', ['--version']);
  return code === 0 && output.split(/\s+/).at(-1) === version;
}

/** Runs a Node script with the right pnpm on its PATH. npm keeps it, so that the next time needs no network. */
export async function runUnderPnpm(script) {
  if (process.env.RP_UNDER_PNPM) die(`npm brought ${wanted}, but it doesn't run; try \`npm cache verify\``);
  const npm = process.env.npm_execpath?.endsWith('npm-cli.js') ? process.env.npm_execpath : undefined;
  const [command, first] = npm ? [process.execPath, [npm]] : ['npm', []];
  const exec = [
    ...first,
    'exec',
    '--yes',
    '--prefer-offline',
    '--loglevel=error',
    `--package=pnpm@${version}`,
    '--',
  ];

  const probe = await capture(command, [...exec, 'pnpm', '--version']);
  if (probe.code === 127) die('npm is needed and was not found; it comes with Node');
  if (probe.code !== 0) {
    die(`npm could not fetch ${wanted}; is there a network? npm said: ${firstLineOf(probe.output)}`);
  }
  return run(command, [...exec, 'node', ...script], { RP_UNDER_PNPM: '1' });
}

function firstLineOf(output) {
  const lines = output.split('\n').map((line) => line.replace(/^npm (error|ERR!) ?/, '').trim());
  return lines.find((line) => line && !/^(code|syscall|errno) /.test(line)) ?? 'nothing';
}
