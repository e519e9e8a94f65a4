// Runs workloads here and on the peers, in turn, and compares the results before any time counts.
import { difference } from './compare.ts';
import { measure, median } from './measure.ts';
import type { Peer, PeerProbe, Prepared, Rounds, Workload } from './workload.ts';

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
  const ours = await measure(prepared, rounds);
  const milliseconds = median(ours.milliseconds);
  const entries: PeerEntry[] = [];
  for (const { peer, probe } of peers) {
    const outcome = probe.available
      ? await against(peer, workload, prepared, rounds, ours.result, milliseconds)
      : ({ outcome: 'not-run', reason: probe.reason } as const);
    entries.push({ peer: peer.name, ...outcome });
  }
  const { name, title } = workload;
  return { name, title, milliseconds, rounds: ours.milliseconds, peers: entries };
}

type Outcome = PeerEntry extends infer E ? (E extends PeerEntry ? Omit<E, 'peer'> : never) : never;

async function against(
  peer: Peer,
  workload: Workload,
  prepared: Prepared,
  rounds: Rounds,
  ours: Parameters<typeof difference>[0],
  ourTime: number,
): Promise<Outcome> {
  const theirs = await peer.measure(workload.name, prepared, rounds);
  if ('skipped' in theirs) return { outcome: 'not-run', reason: theirs.skipped };
  const reason = difference(ours, theirs.result);
  if (reason !== null) return { outcome: 'other-result', reason };
  const milliseconds = median(theirs.milliseconds);
  return {
    outcome: 'same-result',
    milliseconds,
    rounds: theirs.milliseconds,
    ratio: milliseconds / ourTime,
    goal: workload.goals?.[peer.name] ?? null,
  };
}
