// The checks that are a program's exit code.
import { join } from 'node:path';
import { capture } from '../bootstrap/process.mjs';

export const format = () => node('@biomejs/biome/bin/biome', ['check', '--max-diagnostics=100', '.']);
export const types = () => node('typescript/bin/tsc', ['--noEmit', '-p', 'tsconfig.json']);
/** Every exported name is reachable, every link leads somewhere. */
export const documentation = () =>
  node('typedoc/bin/typedoc', ['--options', 'tooling/typedoc/typedoc.json', '--emit', 'none']);
export const deadCode = () => node('knip/bin/knip.js', ['--no-progress']);

async function node(script, args) {
  const { code, output } = await capture(process.execPath, [join('node_modules', script), ...args]);
  return { complaints: code === 0 ? [] : [output || `exit code ${code}`] };
}
