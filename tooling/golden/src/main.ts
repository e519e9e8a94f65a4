// pnpm golden PATH… [--backend B] [--dtype D]: runs golden cases and reports what differs.
// Exit code: 0 if all pass, 1 if some fail, 2 if the command cannot be understood.
import { parseArgs } from 'node:util';
import { useSoftwareGpu } from '../../vitest/software-gpu.ts';
import { backends, dtypes } from './backends.ts';
import { BadPath } from './case-files.ts';
import type { RunOptions } from './golden-case.ts';
import { reportText, runPaths } from './run-cases.ts';

const USAGE = 'usage: golden PATH… [--backend B] [--dtype float64|float32]';

class BadUsage extends Error {}

async function main(): Promise<number> {
  useSoftwareGpu();
  const { paths, options } = readCommand();
  const report = await runPaths(paths, options);
  console.log(reportText(report));
  return report.failed > 0 ? 1 : 0;
}

function readCommand(): { paths: string[]; options: RunOptions } {
  const { values, positionals } = parse();
  if (positionals.length === 0) throw new BadUsage(USAGE);
  return { paths: positionals, options: readOptions(values) };
}

function readOptions({ backend, dtype }: { backend?: string; dtype?: string }): RunOptions {
  const names = Object.keys(backends);
  if (backend !== undefined && !names.includes(backend)) {
    throw new BadUsage(`there is no backend ${backend}; there are ${names.join(', ')}`);
  }
  const known = dtypes.find((name) => name === dtype);
  if (dtype !== undefined && known === undefined) {
    throw new BadUsage(`there is no dtype ${dtype}; there are ${dtypes.join(' and ')}`);
  }
  return { backend: backend === undefined ? undefined : backends[backend]!(), dtype: known };
}

function parse() {
  try {
    return parseArgs({
      options: { backend: { type: 'string' }, dtype: { type: 'string' } },
      allowPositionals: true,
    });
  } catch (error) {
    throw new BadUsage(`${(error as Error).message} (${USAGE})`);
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof BadPath || error instanceof BadUsage)) throw error;
  console.error(`golden: ${error.message}`);
  process.exitCode = 2;
}
