// Results for people: lines on a terminal, and tables in Markdown. Peers that couldn't run here are named once, at the end.
import type { Entry, PeerEntry, ProbedPeer } from './bench.ts';
import type { Peer } from './workload.ts';

/** What the numbers were measured on. */
export interface Setting {
  readonly machine: string;
  /** Bytes read and written per millisecond by a plain copy. */
  readonly copyBandwidth: number;
  readonly peers: readonly ProbedPeer[];
}

type Measured = Exclude<PeerEntry, { readonly outcome: 'missing' }>;
type Same = Extract<PeerEntry, { readonly outcome: 'same-result' }>;

/** Machine, peers, and what is not here. */
export function settingLines({ machine, copyBandwidth, peers }: Setting): string {
  const here = peers.flatMap(({ peer, probe }) =>
    probe.available ? [`${peer.name}: ${probe.versions}`] : [],
  );
  return [`${machine}, copies ${bandwidth(copyBandwidth)}`, ...here].join('\n');
}

/** One workload in a few lines. */
export function terminalLines(entry: Entry, setting: Setting): string {
  const measured = entry.peers.filter(isMeasured);
  const rows = [['here', time(entry.milliseconds), ...costTexts(entry, setting)], ...measured.map(rowOf)];
  return [`${entry.name}  ${titleOf(entry)}`, ...aligned(rows).map((line) => `    ${line}`)].join('\n');
}

/** What couldn't be measured, and which goals were missed; empty if there is nothing to say. */
export function closingLines(entries: readonly Entry[]): string {
  return [
    ...missingPeers(entries).map((text) => `Not measured: ${text}`),
    ...missedGoals(entries).map((text) => `Goal missed: ${text}`),
  ].join('\n');
}

/** All of it in Markdown, a table for each subject. */
export function markdown(setting: Setting, entries: readonly Entry[]): string {
  const { machine, copyBandwidth, peers } = setting;
  const subjects = [...new Set(entries.map(({ subject }) => subject))];
  const lines = [
    `${machine}; a plain copy reads and writes ${bandwidth(copyBandwidth)}. Medians. Results were compared before a time counted.`,
    '',
    ...peers.flatMap(({ peer, probe }) => (probe.available ? [`- ${peer.name}: ${probe.versions}`] : [])),
    '',
    ...subjects.flatMap((subject) => subjectLines(subject, entries, setting)),
    ...listed('Not the same bits', tolerances(entries)),
    ...listed('Not measured', missingPeers(entries)),
    ...listed('Goals missed', missedGoals(entries)),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

/** So many columns fit side by side. */
const WIDE = 11;

function subjectLines(subject: string, all: readonly Entry[], setting: Setting): string[] {
  const entries = all.filter((entry) => entry.subject === subject);
  const shown = setting.peers
    .map(({ peer }) => peer)
    .filter(({ name }) =>
      entries.some(({ peers }) => peers.some((found) => found.peer === name && isMeasured(found))),
    );
  const costs = entries.some(({ cost }) => cost !== null);
  const isWide = 2 + (costs ? 3 : 0) + shown.length > WIDE;
  const [libraries, others] = [
    shown.filter(({ library }) => isWide && library),
    shown.filter(({ library }) => !isWide || !library),
  ];
  const head = ['workload', 'here', ...(costs ? ['per neuron-step', 'memory', 'of a copy'] : [])];
  const cells = (entry: Entry) => [
    entry.name,
    time(entry.milliseconds),
    ...(costs ? costCells(entry, setting) : []),
  ];
  const what = entries.map((entry) => `- \`${entry.name}\`: ${titleOf(entry)}`);
  const capital = `${subject[0]!.toUpperCase()}${subject.slice(1)}`;
  return [
    ...[`**${capital}**`, '', ...tableWith(others, head, cells, entries), ''],
    ...(libraries.length === 0 ? [] : libraryLines(libraries, entries)),
    ...[...what, ''],
  ];
}

function libraryLines(libraries: readonly Peer[], entries: readonly Entry[]): string[] {
  const measured = entries.filter(({ peers }) =>
    peers.some((found) => isMeasured(found) && libraries.some(({ name }) => name === found.peer)),
  );
  const cells = ({ name, milliseconds }: Entry) => [name, time(milliseconds)];
  return [...tableWith(libraries, ['workload', 'here'], cells, measured), ''];
}

/** Some columns, and one for each peer. */
function tableWith(
  peers: readonly Peer[],
  head: readonly string[],
  cells: (entry: Entry) => readonly string[],
  entries: readonly Entry[],
): string[] {
  const rows = entries.map((entry) => [
    ...cells(entry),
    ...peers.map(({ name }) => cellOf(entry.peers.find(({ peer }) => peer === name))),
  ]);
  return table([...head, ...peers.map(({ name }) => name)], rows);
}

function cellOf(entry: PeerEntry | undefined): string {
  if (entry === undefined || entry.outcome === 'missing') return '';
  return entry.outcome === 'same-result'
    ? `${time(entry.milliseconds)} (${ratioText(entry)})`
    : 'other result';
}

/** Columns of equal width, numbers to the right. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((_, at) => Math.max(3, ...[head, ...rows].map((row) => row[at]!.length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!))).join(' | ')} |`;
  const rule = widths.map((width, at) => (at === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(head), line(rule), ...rows.map(line)];
}

function listed(title: string, texts: readonly string[]): string[] {
  return texts.length === 0 ? [] : [`**${title}**`, '', ...texts.map((text) => `- ${text}`), ''];
}

/** Each peer once, with its reason and the workloads that it would have done. */
function missingPeers(entries: readonly Entry[]): string[] {
  const found = new Map<string, string[]>();
  for (const { name, peers } of entries) {
    for (const entry of peers) {
      if (entry.outcome !== 'missing') continue;
      const key = `${entry.peer}: ${entry.reason}`;
      found.set(key, [...(found.get(key) ?? []), name]);
    }
  }
  return [...found].map(([text, names]) => `${text} (${names.join(', ')})`);
}

function tolerances(entries: readonly Entry[]): string[] {
  return entries.flatMap(({ name, peers }) =>
    peers
      .filter(isSame)
      .flatMap(({ peer, tolerance }) =>
        tolerance === null
          ? []
          : [`${name}, ${peer}: the same within ${tolerance.within}, since ${tolerance.why}`],
      ),
  );
}

function missedGoals(entries: readonly Entry[]): string[] {
  return entries.flatMap(({ name, milliseconds, limits, peers }) => {
    const same = peers.filter(isSame);
    const slow = same.filter(({ ratio, goal }) => goal !== null && ratio < goal);
    const times = [{ peer: 'here', milliseconds }, ...same];
    const late = times.filter(
      (entry) => entry.milliseconds > (limits[entry.peer] ?? Number.POSITIVE_INFINITY),
    );
    return [
      ...slow.map(
        (entry) => `${name}, ${entry.peer}: ${goalRatio(entry.ratio)} instead of ${goalRatio(entry.goal!)}`,
      ),
      ...late.map(
        (entry) =>
          `${name}, ${entry.peer}: ${time(entry.milliseconds)} instead of ${time(limits[entry.peer]!)}`,
      ),
    ];
  });
}

function goalRatio(ratio: number): string {
  return `${Number(ratio.toPrecision(2))}×`;
}

function isMeasured(entry: PeerEntry): entry is Measured {
  return entry.outcome !== 'missing';
}

function isSame(entry: PeerEntry): entry is Same {
  return entry.outcome === 'same-result';
}

function rowOf(entry: Measured): string[] {
  if (entry.outcome === 'other-result') return [entry.peer, 'ANOTHER RESULT, so no time:', entry.reason];
  const { goal, ratio } = entry;
  const goalText = goal === null ? [] : [`goal ${goalRatio(goal)}${ratio >= goal ? '' : ', missed'}`];
  const toleranceText =
    entry.tolerance === null ? [] : [`within ${entry.tolerance.within}: ${entry.tolerance.why}`];
  return [entry.peer, time(entry.milliseconds), ratioText(entry), ...goalText, ...toleranceText];
}

function costTexts(entry: Entry, setting: Setting): string[] {
  if (entry.cost === null) return [];
  const [each, held, share] = costCells(entry, setting);
  return [`${each} per neuron-step, holds ${held}, moves ${share} of what a copy does`];
}

/** Time per neuron-step, memory, and bytes moved divided by the bandwidth of a copy. */
function costCells({ cost, milliseconds }: Entry, { copyBandwidth }: Setting): [string, string, string] {
  if (cost === null) return ['', '', ''];
  return [
    `${twoDigits((milliseconds * 1e6) / cost.neuronSteps)} ns`,
    bytes(cost.bytesHeld),
    `${twoDigits(cost.bytesMoved / milliseconds / copyBandwidth)}×`,
  ];
}

function titleOf({ title, dtype }: Entry): string {
  return dtype === null ? title : `${title} (${dtype})`;
}

function ratioText({ ratio }: { readonly ratio: number }): string {
  return `${ratio.toFixed(ratio < 10 ? 1 : 0)}×`;
}

function time(milliseconds: number): string {
  if (milliseconds < 0.1) return `${twoDigits(milliseconds * 1000)} µs`;
  return `${milliseconds.toFixed(milliseconds < 10 ? 2 : 0)} ms`;
}

function bytes(count: number): string {
  return count < 1e6 ? `${twoDigits(count / 1e3)} kB` : `${twoDigits(count / 1e6)} MB`;
}

/** Two digits that count, and no power of ten. */
function twoDigits(value: number): string {
  return value < 10 ? value.toPrecision(2) : value.toFixed(0);
}

function bandwidth(bytesPerMillisecond: number): string {
  return `${twoDigits(bytesPerMillisecond / 1e6)} GB/s`;
}

/** The first three columns as wide as they need to be. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const width = (at: number) =>
    Math.max(...rows.map((row) => (row.length > at && at < 2 ? row[at]!.length : 0)));
  const widths = [width(0), width(1)];
  return rows.map((row) =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[0]!) : at === 1 ? cell.padStart(widths[1]!) : cell))
      .join('  '),
  );
}
