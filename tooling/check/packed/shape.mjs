// publint, on the tarball: what is published, not what lies in the folder.
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

export async function shape(packages) {
  const complaints = [];
  for (const { name, tarball, manifest } of packages) {
    const data = tarball.buffer.slice(tarball.byteOffset, tarball.byteOffset + tarball.byteLength);
    const { messages } = await publint({ pack: { tarball: data }, level: 'warning', strict: true });
    for (const message of messages) complaints.push(`${name}: ${formatMessage(message, manifest)}`);
  }
  return { complaints };
}
