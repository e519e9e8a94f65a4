// Runs workloads here and on the peers, in turn, and compares the results before any time counts. A machine is not equally
// fast all the time: each peer is compared with rounds of ours from right before and after it.
import { difference } from './compare.ts';
import { type Measurement, measure, median } from './measure.ts';
import type { Arrays, Peer, PeerProbe, Rounds, Workload } from './workload.ts';

export interface Entry {
  readonly name: string;
  readonly title: string;
  /** Median time here. */
  readonly milliseconds: number;
  /** All timed rounds here. */
  readonly rounds: readonly number[];
  readonly peers: readonly PeerEntry[];
}

export type PeerEntry = { readonly peer: string } & (
  | {
      readonly outcome: 'same-result';
      readonly milliseconds: number;
      readonly rounds: readonly number[];
      /** How many times as long the peer takes. */
      readonly ratio: number;
      readonly goal: number | null;
    }
  | { readonly outcome: 'other-result' | 'not-run'; readonly reason: string }
);

/** A peer together with what its probe said. */
export interface ProbedPeer {
  readonly peer: Peer;
  readonly probe: PeerProbe;
}

export async function probeAll(peers: readonly Peer[]): Promise<ProbedPeer[]> {
  return Promise.all(peers.map(async (peer) => ({ peer, probe: await peer.probe() })));
}

export async function runWorkload(
  workload: Workload,
  peers: readonly ProbedPeer[],
  rounds: Rounds,
): Promise<Entry> {
  const prepared = workload.prepare();
  const { result, milliseconds: first } = await measure(prepared, rounds);
  const all = [...first];
  let before = first;
  const entries: PeerEntry[] = [];
  for (const { peer, probe } of peers) {
    if (!probe.available) {
      entries.push({ peer: peer.name, outcome: 'not-run', reason: probe.reason });
      continue;
    }
    const theirs = await peer.measure(workload.name, prepared, rounds);
    if ('skipped' in theirs) {
      entries.push({ peer: peer.name, outcome: 'not-run', reason: theirs.skipped });
      continue;
    }
    const after = (await measure(prepared, rounds)).milliseconds;
    const goal = workload.goals?.[peer.name] ?? null;
    entries.push({ peer: peer.name, ...outcomeOf(theirs, result, median([...before, ...after]), goal) });
    all.push(...after);
    before = after;
  }
  const { name, title } = workload;
  return { name, title, milliseconds: median(all), rounds: all, peers: entries };
}

type Outcome = PeerEntry extends infer E ? (E extends PeerEntry ? Omit<E, 'peer'> : never) : never;

function outcomeOf(theirs: Measurement, ours: Arrays, ourTime: number, goal: number | null): Outcome {
  const reason = difference(ours, theirs.result);
  if (reason !== null) return { outcome: 'other-result', reason };
  const milliseconds = median(theirs.milliseconds);
  return {
    outcome: 'same-result',
    milliseconds,
    rounds: theirs.milliseconds,
    ratio: milliseconds / ourTime,
    goal,
  };
}
