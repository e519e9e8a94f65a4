// Peers in Python, one for each library and way of using it; `run.py` finds their forms.
import type { Peer, PeerProbe, Tolerance } from '../../harness/workload.ts';
import { howToHave } from './interpreter.ts';
import { measureIn, versionsOf } from './process.ts';

interface Way {
  readonly name: string;
  /** Its name in `run.py`. */
  readonly way: string;
  readonly packages: readonly string[];
  /** The workloads that it has, as in the tables of its Python modules. */
  readonly forms: readonly string[];
  readonly tolerances?: Readonly<Record<string, Tolerance>> | undefined;
}

const series = [
  ...['raster', 'raster-counts', 'from-raster', 'merge-events', 'append-events', 'clip-events'],
  ...['sample-previous-ordered', 'sample-linear-ordered', 'sample-previous-random', 'sample-linear-random'],
  ...['merge-continuous', 'append-continuous'],
];
const allSteps = [
  ...['lif-ff', 'lif-rec', 'lif-rec-sparse', 'rate-rec', 'iaf-rec', 'cuba'],
  ...['updown', 'backtick', 'lif-stack', 'synnet'],
];
const inDoubles = { within: 1e-4, why: 'it computes in doubles, as the reference does; spikes are the same' };
const otherOrder = { within: 1e-4, why: 'products are added in another order' };

/** Step by step as the Python reference does it: its checks, copies, interpolators and records. */
export const referencePeer = pythonPeer({
  name: 'reference',
  way: 'reference',
  packages: ['numpy', 'scipy'],
  forms: [...series, 'lif-ff', 'lif-rec', 'rate-rec', 'updown', 'backtick'],
  tolerances: { 'lif-ff': inDoubles, 'lif-rec': inDoubles, 'rate-rec': otherOrder },
});

/** The fewest whole-array operations that give the same result. */
export const leanPeer = pythonPeer({
  name: 'lean NumPy',
  way: 'lean',
  packages: ['numpy'],
  forms: [...series, ...allSteps],
});

export const pythonPeers: readonly Peer[] = [referencePeer, leanPeer];

function pythonPeer({ name, way, packages, forms, tolerances = {} }: Way): Peer {
  return {
    name,
    probe: () => probe(way, packages),
    has: (workload) => forms.includes(workload),
    measure: async (workload, prepared, rounds) => {
      const measured = await measureIn(way, workload, prepared, rounds);
      return 'missing' in measured ? measured : { ...measured, tolerance: tolerances[workload] };
    },
  };
}

async function probe(way: string, packages: readonly string[]): Promise<PeerProbe> {
  try {
    return { available: true, versions: await versionsOf(way) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { available: false, reason: `${howToHave(packages)} (${reason})` };
  }
}
