// Are the types wrong? For ES modules in Node and in bundlers; CommonJS requires the same ES modules, and the
// resolution of Node 10 knows no `exports` at all, so these two aren't asked.
import { checkPackage } from '@arethetypeswrong/core';

const notAsked = new Set(['node10', 'node16-cjs']);

export async function declarations(packages) {
  const complaints = [];
  for (const { name, contents, manifest } of packages) {
    // A command line is run, not imported.
    if (manifest.bin !== undefined) continue;
    const result = await checkPackage(contents);
    if (!result.types) complaints.push(`${name}: no types`);
    for (const problem of result.problems ?? []) {
      if (!notAsked.has(problem.resolutionKind)) complaints.push(`${name}: ${JSON.stringify(problem)}`);
    }
  }
  return { complaints };
}
