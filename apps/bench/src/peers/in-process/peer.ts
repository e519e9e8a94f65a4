// The same work in this process: on another backend, and as plain JavaScript written by hand.
import { deviceBackend } from '@rp/backend-device';
import { measure } from '../../harness/measure.ts';
import type { Peer, PeerProbe } from '../../harness/workload.ts';

/** The JavaScript backend. */
export const jsPeer: Peer = inProcess('js backend');

/** A loop over typed arrays, as one would write it. */
export const plainPeer: Peer = inProcess('plain JS');

/** The modules of a network one after another, each over all steps. */
export const unfusedPeer: Peer = inProcess('unfused');

/** The same run without a second thread. */
export const oneThreadPeer: Peer = inProcess('one thread');

/** The session alone, without a layer and time series around it. */
export const barePeer: Peer = inProcess('bare run');

/** A run that records nothing, and a copy of as many bytes as a record has. */
export const copyPeer: Peer = inProcess('run and copy');

/** Whatever GPU WebGPU reaches, kept from contracting; for workloads in float32. */
export const devicePeer: Peer = inProcess('device', probeDevice);

/** The times of a device that is software would say nothing, and take very long. */
async function probeDevice(): Promise<PeerProbe> {
  const probe = await deviceBackend({ exact: true }).probe();
  if (!probe.available) return { available: false, reason: `${probe.reason} ${probe.remedy}` };
  const { summary, notes = [] } = probe;
  return isSoftware(summary)
    ? { available: false, reason: `${summary}: that is software; pnpm bench device runs on it` }
    : { available: true, versions: [summary, ...notes].join('. ') };
}

/** Whether a device, as its backend sums it up, is one of the known ones that compute on the processor. */
export function isSoftware(summary: string): boolean {
  return /swiftshader|llvmpipe|lavapipe|basic render/i.test(summary);
}

function inProcess(
  name: string,
  probe: Peer['probe'] = async () => ({ available: true, versions: 'in this process' }),
): Peer {
  return {
    name,
    probe,
    has: (_, { others }) => others?.[name] !== undefined,
    measure: async (_, { others, ...prepared }, rounds) =>
      measure({ ...prepared, run: others![name]! }, rounds),
  };
}
