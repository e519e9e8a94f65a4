// The peers that workloads are compared with.
import type { Peer } from '../harness/workload.ts';
import { jsPeer, plainPeer, unfusedPeer } from './in-process/peer.ts';
import { nativePeer, nativeWidePeer } from './native/peer.ts';
import { leanPeer, referencePeer } from './numpy/peer.ts';

export const peers: readonly Peer[] = [
  jsPeer,
  plainPeer,
  unfusedPeer,
  nativePeer,
  nativeWidePeer,
  referencePeer,
  leanPeer,
];
