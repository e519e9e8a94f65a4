// pnpm check: a short line per check, and everything that a check had to say only where it failed.
// A check is a function that returns the complaints it has (none: it passed) and maybe a note for the line.
import { writeCounts } from '../bootstrap/counts.mjs';
import { deadCode, documentation, format, types } from './commands.mjs';
import { packAll } from './pack.mjs';
import { contents } from './packed/contents.mjs';
import { declarations } from './packed/declarations.mjs';
import { manifests } from './packed/manifests.mjs';
import { outsider } from './packed/outsider.mjs';
import { shape } from './packed/shape.mjs';
import { sizes } from './packed/sizes.mjs';

const counts = { passed: 0, failed: 0, skipped: 0 };

await check('format and lint (biome)', format);
await check('types (tsc)', types);
await check('dead code (knip)', deadCode);
await check('documentation (typedoc)', documentation);

const packages = [];
await check('build and pack', async () => {
  const packed = await packAll();
  packages.push(...packed.packages);
  return packed;
});
if (packages.length > 0) {
  await check('manifests as published', () => manifests(packages));
  await check('packed files are what `exports` says', () => contents(packages));
  await check('package shape (publint)', () => shape(packages));
  await check('declarations (are the types wrong)', () => declarations(packages));
  await check('a layer of one’s own, against the packed packages', () => outsider(packages));
  await check('sizes', () => sizes(packages));
}

writeCounts('checks', counts);
console.log(`${counts.passed} of ${counts.passed + counts.failed} checks passed`);
process.exitCode = counts.failed === 0 ? 0 : 1;

async function check(name, action) {
  const started = performance.now();
  const { complaints, note = '' } = await outcomeOf(action);
  const fine = complaints.length === 0;
  counts[fine ? 'passed' : 'failed']++;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${fine ? '✓' : '✗'} ${name} (${seconds} s)${note && `\n${note}`}`);
  for (const complaint of complaints) console.log(complaint.replace(/^/gm, '    '));
}

/** A check that breaks down is a check that failed; the others still run. */
async function outcomeOf(action) {
  try {
    return await action();
  } catch (error) {
    return { complaints: [error.stack] };
  }
}
