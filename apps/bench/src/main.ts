// pnpm bench [--json FILE] [--markdown FILE] [--rounds N] [names…]: a name may be the beginning of one.
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { type Entry, probeAll, runWorkload } from './harness/bench.ts';
import { markdown, terminalLines } from './harness/report.ts';
import { peers } from './peers/index.ts';
import { workloads } from './workloads/index.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'string' },
    markdown: { type: 'string' },
    rounds: { type: 'string', default: '7' },
  },
});

const timed = Number(options.rounds);
if (!Number.isInteger(timed) || timed < 5) {
  throw new Error(`--rounds must be a whole number from 5, got ${options.rounds}`);
}

const wanted = workloads.filter(
  ({ name }) => positionals.length === 0 || positionals.some((beginning) => name.startsWith(beginning)),
);
if (wanted.length === 0) {
  throw new Error(
    `no workload is called [${positionals}]; there are ${workloads.map(({ name }) => name).join(', ')}`,
  );
}

const machine = `${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.versions.node}, one thread`;
console.log(machine);
const probed = await probeAll(peers);
for (const { peer, probe } of probed) {
  console.log(`${peer.name}: ${probe.available ? probe.versions : `not here: ${probe.reason}`}`);
}

const entries: Entry[] = [];
for (const workload of wanted) {
  const entry = await runWorkload(workload, probed, { warmUp: 2, timed });
  entries.push(entry);
  console.log(terminalLines(entry));
}

if (options.json !== undefined) {
  const probes = probed.map(({ peer, probe }) => ({ name: peer.name, ...probe }));
  await writeFile(
    options.json,
    `${JSON.stringify({ machine, peers: probes, workloads: entries }, null, 2)}\n`,
  );
}
if (options.markdown !== undefined) await writeFile(options.markdown, markdown(machine, probed, entries));
if (entries.some(({ peers }) => peers.some(({ outcome }) => outcome === 'other-result')))
  process.exitCode = 1;
