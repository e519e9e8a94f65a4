// Peers that are array libraries from npm. Each has the same three workloads as loops over steps, in its own terms.
import { measure } from '../../harness/measure.ts';
import type { Arrays, Peer, PeerProbe, Prepared } from '../../harness/workload.ts';
import { eventsOf, rasterOf } from './dense.ts';
import { howToInstall } from './installed.ts';

/** What a library is to do. Rows are dense, `steps` of them. */
export interface Library {
  readonly versions: string;
  /** Spikes of every step as zeros and ones, and the last state. */
  lif(numbers: Arrays, rows: Float32Array, size: Size, recurrent: boolean): () => Promise<LifResult>;
  rate(numbers: Arrays, rows: Float32Array, size: Size): () => Promise<RateResult>;
}

export interface Size {
  readonly n: number;
  readonly steps: number;
}

export type LifResult = Record<'spikes' | 'potential' | 'current', Float32Array>;
export type RateResult = Record<'activity' | 'x', Float32Array>;

const workloads = ['lif-ff', 'lif-rec', 'rate-rec'];
const otherOrder = { within: 1e-4, why: 'the library adds products in another order' };

/** A peer that opens its library when it is first needed. */
export function npmPeer(name: string, packages: readonly string[], open: () => Promise<Library>): Peer {
  let opened: Promise<Library> | undefined;
  const library = () => {
    opened ??= open();
    return opened;
  };
  return {
    name,
    library: true,
    probe: () => probe(packages, library),
    has: (workload) => workloads.includes(workload),
    measure: async (workload, prepared, rounds) => {
      const { run, results, tolerance } = formOf(await library(), workload, prepared);
      const { milliseconds, result } = await measure(
        { inputs: {}, settings: {}, run },
        { ...rounds, warmUp: 1 },
      ); // seconds, some of them
      return { milliseconds, result: results(result), tolerance };
    },
  };
}

async function probe(packages: readonly string[], library: () => Promise<Library>): Promise<PeerProbe> {
  try {
    return { available: true, versions: (await library()).versions };
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND';
    return {
      available: false,
      reason: missing ? howToInstall(packages) : `it does not start: ${String(error)}`,
    };
  }
}

function formOf(library: Library, workload: string, { inputs, settings }: Prepared) {
  const size = { n: Number(settings.n), steps: Number(settings.steps) };
  if (workload === 'rate-rec') {
    const run = library.rate(inputs, inputs.input as Float32Array, size);
    return { run, results: (result: Arrays) => result, tolerance: otherOrder };
  }
  const rows = rasterOf(inputs, size.steps, size.n);
  const run = library.lif(inputs, rows, size, workload === 'lif-rec');
  const results = ({ spikes, ...state }: Arrays): Arrays => ({ ...eventsOf(spikes!, size.steps), ...state });
  return { run, results, tolerance: undefined };
}
