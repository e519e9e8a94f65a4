// Peers in Python, one for each library and way of using it; `run.py` finds their forms.
import type { Peer, PeerProbe, Tolerance } from '../../harness/workload.ts';
import { howToHave } from './interpreter.ts';
import { measureIn, versionsOf } from './process.ts';

export interface PythonPeer extends Peer, Pick<Way, 'way' | 'forms'> {}

interface Way {
  readonly name: string;
  /** Its name in `run.py`. */
  readonly way: string;
  /** What it needs, and, before a question mark, what only some workloads need. */
  readonly packages: readonly string[];
  /** The workloads that it has, as in the tables of its Python modules. */
  readonly forms: readonly string[];
  readonly tolerances?: Readonly<Record<string, Tolerance>> | undefined;
}

const series = [
  ...['raster', 'raster-counts', 'from-raster', 'merge-events', 'append-events'],
  ...['clip-events', 'clip-events-arrays', 'merge-continuous', 'append-continuous'],
  ...['sample-previous-ordered', 'sample-linear-ordered', 'sample-previous-random', 'sample-linear-random'],
];
const allSteps = [
  ...['lif-ff', 'lif-rec', 'lif-rec-sparse', 'rate-rec', 'iaf-rec', 'cuba'],
  ...['updown', 'backtick', 'lif-stack', 'synnet'],
];
const inDoubles = { within: 1e-4, why: 'it computes in doubles, as the reference does' };

/** Step by step as the Python reference does it: its checks, copies, interpolators and records. */
const referencePeer = pythonPeer({
  name: 'reference',
  way: 'reference',
  packages: ['numpy', 'scipy?'],
  forms: [...series, 'lif-ff', 'lif-rec', 'rate-rec', 'updown', 'backtick'],
  tolerances: { 'lif-ff': inDoubles, 'lif-rec': inDoubles, 'rate-rec': inDoubles },
});

/** The fewest whole-array operations that give the same result. */
const leanPeer = pythonPeer({
  name: 'lean NumPy',
  way: 'lean',
  packages: ['numpy', 'scipy?'],
  forms: [...series, ...allSteps],
});

/** Module by module, a loop over time steps in each, as the reference's PyTorch modules do it. */
const torchPeer = pythonPeer({
  name: 'PyTorch',
  way: 'torch',
  packages: ['numpy', 'torch'],
  forms: ['lif-ff', 'lif-rec', 'lif-stack', 'synnet'],
});

/** A compiled Euler solver, in doubles as the reference's rate reservoir has it. */
const numbaPeer = pythonPeer({
  name: 'Numba',
  way: 'numba',
  packages: ['numpy', 'scipy', 'numba'],
  forms: ['rate-rec'],
  tolerances: { 'rate-rec': inDoubles },
});

/** The same in the workload's own numbers. */
const numbaFloat32Peer = pythonPeer({
  name: 'Numba f32',
  way: 'numba-float32',
  packages: ['numpy', 'scipy', 'numba'],
  forms: ['rate-rec'],
  tolerances: { 'rate-rec': { within: 1e-4, why: 'products are added in another order' } },
});

const networks = ['lif-rec-sparse', 'iaf-rec', 'cuba'];

/** Compiled code for each object, called from a loop in Python. */
const brianPeer = pythonPeer({
  name: 'Brian2',
  way: 'brian',
  packages: ['numpy', 'brian2', 'Cython'],
  forms: networks,
});

/** A program in C++, compiled by gcc. */
const brianStandalonePeer = pythonPeer({
  name: 'Brian2 C++',
  way: 'brian-standalone',
  packages: ['numpy', 'brian2'],
  forms: networks,
});

export const pythonPeers: readonly PythonPeer[] = [
  referencePeer,
  leanPeer,
  torchPeer,
  numbaPeer,
  numbaFloat32Peer,
  brianPeer,
  brianStandalonePeer,
];

function pythonPeer({ name, way, packages, forms, tolerances = {} }: Way): PythonPeer {
  return {
    name,
    way,
    forms,
    library: true,
    probe: () => probe(packages),
    has: (workload) => forms.includes(workload),
    measure: async (workload, prepared, rounds) => {
      try {
        const measured = await measureIn(way, workload, prepared, rounds);
        return 'missing' in measured ? measured : { ...measured, tolerance: tolerances[workload] };
      } catch (error) {
        return { missing: `it fails here: ${messageOf(error)}` }; // no compiler, for instance
      }
    },
  };
}

async function probe(packages: readonly string[]): Promise<PeerProbe> {
  try {
    return { available: true, versions: await versionsOf(packages) };
  } catch (error) {
    const needed = packages.filter((name) => !name.endsWith('?'));
    return { available: false, reason: `${howToHave(needed)} (${messageOf(error)})` };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
