// The peers that workloads are compared with.
import type { Peer } from '../harness/workload.ts';
import {
  barePeer,
  copyPeer,
  devicePeer,
  jsPeer,
  oneThreadPeer,
  plainPeer,
  unfusedPeer,
} from './in-process/peer.ts';
import { nativePeer, nativeWidePeer } from './native/peer.ts';
import { jaxPeer } from './npm/jax.ts';
import { tfjsPeer } from './npm/tfjs.ts';
import { pythonPeers } from './python/peer.ts';

export const peers: readonly Peer[] = [
  jsPeer,
  plainPeer,
  devicePeer,
  unfusedPeer,
  oneThreadPeer,
  barePeer,
  copyPeer,
  nativePeer,
  nativeWidePeer,
  ...pythonPeers,
  tfjsPeer,
  jaxPeer,
];
