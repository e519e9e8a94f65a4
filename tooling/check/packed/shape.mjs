// publint, on the tarball.
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

export async function shape(packages) {
  const complaints = [];
  for (const { name, folder, tarball, manifest } of packages) {
    const data = tarball.buffer.slice(tarball.byteOffset, tarball.byteOffset + tarball.byteLength);
    const { messages } = await publint({
      pkgDir: folder,
      pack: { tarball: data },
      level: 'warning',
      strict: true,
    });
    for (const message of messages) complaints.push(`${name}: ${formatMessage(message, manifest)}`);
  }
  return { complaints };
}
