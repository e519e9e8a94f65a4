// The same work in this process: on another backend, and as plain JavaScript written by hand.
import { measure } from '../../harness/measure.ts';
import type { Peer } from '../../harness/workload.ts';

/** The JavaScript backend. */
export const jsPeer: Peer = inProcess('js backend');

/** A loop over typed arrays, as one would write it. */
export const plainPeer: Peer = inProcess('plain JS');

/** The modules of a network one after another, each over all steps. */
export const unfusedPeer: Peer = inProcess('unfused');

/** The session alone, without a layer and time series around it. */
export const barePeer: Peer = inProcess('bare run');

/** A run that records nothing, and a copy of as many bytes as a record has. */
export const copyPeer: Peer = inProcess('run and copy');

function inProcess(name: string): Peer {
  return {
    name,
    probe: async () => ({ available: true, versions: 'in this process' }),
    has: (_, { others }) => others?.[name] !== undefined,
    measure: async (_, { others, ...prepared }, rounds) =>
      measure({ ...prepared, run: others![name]! }, rounds),
  };
}
