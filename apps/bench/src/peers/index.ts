// The peers that workloads are compared with.
import type { Peer } from '../harness/workload.ts';
import { numpyPeer } from './numpy/peer.ts';

export const peers: readonly Peer[] = [numpyPeer];
