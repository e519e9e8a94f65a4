// The peers that workloads are compared with.
import type { Peer } from '../harness/workload.ts';
import { leanPeer, referencePeer } from './numpy/peer.ts';

export const peers: readonly Peer[] = [referencePeer, leanPeer];
