// Runs workloads here and on the peers, in turn, and compares the results before any time counts. A machine is not equally
// fast all the time: each peer is compared with rounds of ours from right before and after it.
import type { Dtype } from '@rp/dynamics';
import { difference } from './compare.ts';
import { type Measurement, measure, median } from './measure.ts';
import type {
  Arrays,
  Cost,
  Peer,
  PeerProbe,
  Prepared,
  Rounds,
  Subject,
  Tolerance,
  Workload,
} from './workload.ts';

export interface Entry {
  readonly name: string;
  readonly title: string;
  readonly subject: Subject;
  readonly dtype: Dtype | null;
  /** Median time here. */
  readonly milliseconds: number;
  /** At most how many milliseconds it is meant to take, `here` or on a peer. */
  readonly limits: Readonly<Record<string, number>>;
  /** All timed rounds here. */
  readonly rounds: readonly number[];
  readonly cost: EntryCost | null;
  /** Those that have a form of this workload. */
  readonly peers: readonly PeerEntry[];
}

export interface EntryCost {
  readonly neuronSteps: number;
  readonly bytesMoved: number;
  readonly bytesHeld: number;
}

export type PeerEntry = { readonly peer: string } & (
  | {
      readonly outcome: 'same-result';
      readonly milliseconds: number;
      readonly rounds: readonly number[];
      /** Null if the results are the same bits. */
      readonly tolerance: Tolerance | null;
      /** How many times as long the peer takes. */
      readonly ratio: number;
      readonly goal: number | null;
    }
  | { readonly outcome: 'other-result'; readonly reason: string }
  | { readonly outcome: 'missing'; readonly reason: string }
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
  const prepared = await workload.prepare();
  try {
    return await runPrepared(workload, prepared, peers, rounds);
  } finally {
    await prepared.dispose?.();
  }
}

async function runPrepared(
  workload: Workload,
  prepared: Prepared,
  peers: readonly ProbedPeer[],
  rounds: Rounds,
): Promise<Entry> {
  const { result, milliseconds: first } = await measure(prepared, rounds);
  const cost = prepared.cost ? costOf(prepared.cost, result) : null;
  const all = [...first];
  let before = first;
  const entries: PeerEntry[] = [];
  for (const { peer, probe } of peers) {
    if (!peer.has(workload.name, prepared)) continue;
    const theirs = probe.available
      ? await peer.measure(workload.name, prepared, rounds)
      : { missing: probe.reason };
    if ('missing' in theirs) {
      entries.push({ peer: peer.name, outcome: 'missing', reason: theirs.missing });
      continue;
    }
    const after = (await measure(prepared, rounds)).milliseconds;
    const goal = workload.goals?.[peer.name] ?? null;
    entries.push({ peer: peer.name, ...outcomeOf(theirs, result, median([...before, ...after]), goal) });
    all.push(...after);
    before = after;
  }
  const { name, title, subject, dtype = null, limits = {} } = workload;
  const about = { name, title, subject, dtype, limits };
  return { ...about, milliseconds: median(all), rounds: all, cost, peers: entries };
}

function costOf(cost: Cost, result: Arrays): EntryCost {
  return {
    neuronSteps: cost.neuronSteps,
    bytesMoved: cost.bytesMoved(result),
    bytesHeld: cost.bytesHeld(),
  };
}

type Outcome = PeerEntry extends infer E ? (E extends PeerEntry ? Omit<E, 'peer'> : never) : never;

function outcomeOf(
  theirs: Measurement & { readonly tolerance?: Tolerance | undefined },
  ours: Arrays,
  ourTime: number,
  goal: number | null,
): Outcome {
  const sameBits = difference(ours, theirs.result) === null;
  const tolerance = sameBits ? null : (theirs.tolerance ?? null);
  const reason = sameBits ? null : difference(ours, theirs.result, tolerance?.within);
  if (reason !== null) return { outcome: 'other-result', reason };
  const milliseconds = median(theirs.milliseconds);
  return {
    outcome: 'same-result',
    milliseconds,
    rounds: theirs.milliseconds,
    tolerance,
    ratio: milliseconds / ourTime,
    goal,
  };
}
