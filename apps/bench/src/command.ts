// The command: which workloads to run, and where the report goes.
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { svgToPng } from '@rp/timeseries/plot';
import { chartsSvg } from './growth/log-chart.ts';
import { measureGrowth } from './growth/measure-growth.ts';
import { copyBandwidth } from './harness/bandwidth.ts';
import { type Entry, probeAll, runWorkload } from './harness/bench.ts';
import { writeMarkdown } from './harness/markdown-file.ts';
import { memoryLine } from './harness/memory.ts';
import { HUGE_PAGES, NO_REUSE, runAgainWith, runsWith } from './harness/memory-settings.ts';
import { closingLines, markdown, type Setting, settingLines, terminalLines } from './harness/report.ts';
import type { Peer, Workload } from './harness/workload.ts';
import { peers } from './peers/index.ts';
import { workloads } from './workloads/index.ts';

/** Work that has taken as many milliseconds has no further round; see `Rounds`. */
const ENOUGH = 3000;

const usage = `pnpm bench [--json FILE] [--markdown FILE] [--rounds N] [--peers NAMES] [--small-pages]
  [--processor-time] [--memory] [--growth FILE] [names…]
  --json        a file for all numbers
  --markdown    a file for the tables; in one that has a pair of comments <!-- bench: start --> and <!-- bench: end -->,
                what is between these is replaced
  names         the beginnings of names of workloads; default: all
  --rounds      timed rounds of each, 5 or more, fewer where they are slow; default: 7
  --peers       names of peers, with commas in between; default: all but ${namedOnly()}
  --processor-time
                time of the processor, in all threads, instead of the wall clock: for a busy machine
  --small-pages leave memory as Node has it (default on Linux: huge pages, as NumPy has them)
  --growth      measure how time grows with neurons, steps and batch items instead, and draw it: a file, .svg or .png
  --memory      tell how much memory the work needs instead of how long it takes (Linux)`;

interface Options {
  readonly json: string | undefined;
  readonly markdown: string | undefined;
  readonly rounds: number;
  readonly processorTime: boolean;
  readonly smallPages: boolean;
  readonly memory: boolean;
  readonly growth: string | undefined;
  readonly wanted: readonly Workload[];
  readonly peers: readonly Peer[];
}

/** Runs the command; the result is its exit code: 0 fine, 1 a peer got another result, 2 bad usage. */
export async function runCommand(args: readonly string[]): Promise<number> {
  let options: Options;
  try {
    options = optionsOf(args);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
    return 2;
  }
  if (options.growth !== undefined) return drawGrowth(options.growth);
  if (options.memory) return runAgainWith(NO_REUSE) ?? tellMemory(options.wanted);
  return (options.smallPages ? null : runAgainWith(HUGE_PAGES)) ?? runAll(options);
}

function optionsOf(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: 'string' },
      markdown: { type: 'string' },
      rounds: { type: 'string', default: '7' },
      peers: { type: 'string' },
      growth: { type: 'string' },
      memory: { type: 'boolean', default: false },
      'processor-time': { type: 'boolean', default: false },
      'small-pages': { type: 'boolean', default: false },
    },
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 5) {
    throw new Error(`--rounds must be a whole number from 5, got ${values.rounds}`);
  }
  const { json, markdown: markdownFile, memory, growth } = values;
  if (growth !== undefined && !/\.(svg|png)$/.test(growth)) {
    throw new Error(`--growth needs the name of a file that ends in .svg or .png, got ${growth}`);
  }
  const [smallPages, processorTime] = [values['small-pages'], values['processor-time']];
  const wanted = workloadsNamed(positionals);
  const compared = peersNamed(values.peers);
  return {
    ...{ json, markdown: markdownFile, rounds, processorTime, smallPages, memory, growth, wanted },
    peers: compared,
  };
}

function namedOnly(): string {
  return peers.flatMap(({ name, onlyWhenNamed }) => (onlyWhenNamed ? [name] : [])).join(', ');
}

function peersNamed(list: string | undefined): readonly Peer[] {
  if (list === undefined) return peers.filter(({ onlyWhenNamed }) => !onlyWhenNamed);
  const names = list.split(',').filter((name) => name !== '');
  for (const name of names) {
    if (peers.some((peer) => peer.name === name)) continue;
    throw new Error(
      `no peer is called ${name}; there are ${peers.map(({ name: other }) => other).join(', ')}`,
    );
  }
  return peers.filter(({ name }) => names.includes(name));
}

function workloadsNamed(beginnings: readonly string[]): readonly Workload[] {
  if (beginnings.length === 0) return workloads;
  const names = workloads.map(({ name }) => name).join(', ');
  for (const beginning of beginnings) {
    if (workloads.some(({ name }) => name.startsWith(beginning))) continue;
    throw new Error(`no workload is called ${beginning}; there are ${names}`);
  }
  return workloads.filter(({ name }) => beginnings.some((beginning) => name.startsWith(beginning)));
}

async function drawGrowth(file: string): Promise<number> {
  const svg = chartsSvg(await measureGrowth((line) => console.log(line)));
  await writeFile(file, file.endsWith('.png') ? svgToPng(svg, 2) : svg);
  return 0;
}

async function tellMemory(wanted: readonly Workload[]): Promise<number> {
  for (const workload of wanted) console.log(`${workload.name}  ${await memoryLine(workload)}`);
  return 0;
}

async function runAll(options: Options): Promise<number> {
  const { rounds, processorTime, wanted } = options;
  const setting = {
    machine: machineOf(options),
    copyBandwidth: copyBandwidth(),
    peers: await probeAll(options.peers),
  };
  console.log(settingLines(setting));
  const entries: Entry[] = [];
  for (const workload of wanted) {
    const entry = await runWorkload(workload, setting.peers, {
      warmUp: 3,
      timed: rounds,
      atLeast: 150,
      enough: ENOUGH,
      processorTime,
    });
    entries.push(entry);
    console.log(terminalLines(entry, setting));
  }
  console.log(closingLines(entries));
  await writeReports(options, setting, entries);
  return entries.some((entry) => entry.peers.some(({ outcome }) => outcome === 'other-result')) ? 1 : 0;
}

function machineOf({ processorTime }: Options): string {
  const processor = cpus()[0]?.model ?? 'unknown processor';
  const pages = runsWith(HUGE_PAGES) ? 'huge' : 'small';
  const clock = processorTime ? 'processor time' : 'wall clock';
  return `${processor}, Node ${process.versions.node}, one thread, ${pages} pages, ${clock}`;
}

async function writeReports(options: Options, setting: Setting, entries: readonly Entry[]): Promise<void> {
  const { json, markdown: markdownFile } = options;
  if (json !== undefined) {
    const probes = setting.peers.map(({ peer, probe }) => ({ name: peer.name, ...probe }));
    await writeFile(json, `${JSON.stringify({ ...setting, peers: probes, workloads: entries }, null, 2)}\n`);
  }
  if (markdownFile !== undefined) await writeMarkdown(markdownFile, markdown(setting, entries));
}
