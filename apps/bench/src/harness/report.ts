// Results for people: lines on a terminal, and a table in Markdown.
import type { Entry, PeerEntry, ProbedPeer } from './bench.ts';

/** One workload in a few lines. */
export function terminalLines(entry: Entry): string {
  const first = `${entry.name}  ${entry.title}\n    here  ${time(entry.milliseconds)}`;
  return [first, ...entry.peers.map((peer) => `    ${peerText(peer)}`)].join('\n');
}

function peerText(entry: PeerEntry): string {
  switch (entry.outcome) {
    case 'same-result':
      return `${entry.peer}  ${time(entry.milliseconds)}  ${ratioText(entry)}  same result`;
    case 'other-result':
      return `${entry.peer}  ANOTHER RESULT, so no time: ${entry.reason}`;
    case 'not-run':
      return `${entry.peer}  not run: ${entry.reason}`;
  }
}

function ratioText({ ratio, goal }: { readonly ratio: number; readonly goal: number | null }): string {
  const times = `${ratio.toFixed(1)}×`;
  return goal === null ? times : `${times} (goal ${goal}×${ratio >= goal ? '' : ', missed'})`;
}

function time(milliseconds: number): string {
  return `${milliseconds.toFixed(milliseconds < 10 ? 2 : 0)} ms`;
}

/** All of it as a Markdown document. */
export function markdown(machine: string, peers: readonly ProbedPeer[], entries: readonly Entry[]): string {
  const rows = entries.flatMap((entry) =>
    entry.peers.map(
      (peer) =>
        `| ${entry.name} | ${entry.title} | ${time(entry.milliseconds)} | ${cells(peer).join(' | ')} |`,
    ),
  );
  return [
    '# Benchmarks',
    '',
    `${machine}. Medians; results are compared bit for bit before a time counts.`,
    '',
    ...peers.map(({ peer, probe }) => `- ${peer.name}: ${probe.available ? probe.versions : probe.reason}`),
    '',
    '| workload | what | here | peer | time | ratio |',
    '| --- | --- | ---: | --- | ---: | ---: |',
    ...rows,
    '',
  ].join('\n');
}

function cells(entry: PeerEntry): [string, string, string] {
  if (entry.outcome === 'same-result') return [entry.peer, time(entry.milliseconds), ratioText(entry)];
  return [
    entry.peer,
    '—',
    entry.outcome === 'not-run' ? `not run: ${entry.reason}` : `other result: ${entry.reason}`,
  ];
}
