// npm start · npm test: from a fresh clone to a running program, with nothing but Node and npm.
// Plain Node without dependencies, since it runs before anything is installed. It brings the pnpm that
// package.json names, installs what is missing, builds, and then starts the demo or runs the tests.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { checkNode } from './check-node.mjs';
import { countsFolder, readTally, tallyLine } from './counts.mjs';
import { installIfNeeded } from './install.mjs';
import { putPnpmOnPath } from './pnpm.mjs';
import { capture, die, run } from './process.mjs';

const [task, ...args] = process.argv.slice(2);
const tasks = { start, test };

checkNode();
if (!Object.hasOwn(tasks, task)) die('usage: node tooling/bootstrap/run.mjs start|test', 2);
await putPnpmOnPath();
await installIfNeeded();
process.exitCode = await tasks[task]();

/** The demo of the command line, or the command given after `npm start --`. */
async function start() {
  const built = await build(['--filter=@rp/cli']);
  if (built !== 0) return built;
  return run(process.execPath, [
    join('apps', 'cli', 'dist', 'main.js'),
    ...(args.length ? args : ['demo', 'ecg']),
  ]);
}

/** Every test on the sources, then on what was built. The last line counts both. */
async function test() {
  rmSync(countsFolder, { recursive: true, force: true });
  const results = [await vitest('sources', 'vitest.config.ts')];
  const built = await build([]);
  results.push(built, built === 0 ? await vitest('built', 'vitest.built.config.ts') : 1);
  const tally = readTally();
  console.log(tallyLine(tally));
  if (results.every((code) => code === 0) && tally.failed === 0 && tally.passed > 0) return 0;
  return results.find((code) => code !== 0) ?? 1;
}

/** Quiet while all is well; what turbo said is shown when it isn't. */
async function build(filter) {
  console.log('building …');
  const started = performance.now();
  const { code, output } = await capture('pnpm', ['exec', 'turbo', 'run', 'build', ...filter]);
  if (code === 0) console.log(`built in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  else console.error(`${output}\n[rp] the build failed; what turbo said is above`);
  return code;
}

function vitest(name, config) {
  console.log(`\ntests: ${name}`);
  const reporters = ['--reporter=default', '--reporter=./tooling/vitest/counts.mjs'];
  return run(
    process.execPath,
    [join('node_modules', 'vitest', 'vitest.mjs'), 'run', '--config', config, ...reporters, ...args],
    { RP_COUNTS: join(countsFolder, `${name}.json`) },
  );
}
