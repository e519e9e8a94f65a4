// publint, on the built package.
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

export async function shape(packages) {
  const complaints = [];
  for (const { name, folder, manifest } of packages) {
    const { messages } = await publint({
      pkgDir: folder,
      pack: false,
      level: 'warning',
      strict: true,
    });
    for (const message of messages) complaints.push(`${name}: ${formatMessage(message, manifest)}`);
  }
  return { complaints };
}
