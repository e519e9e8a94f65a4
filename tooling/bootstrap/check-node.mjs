// Refuses a Node that is too old, in one line.
import { die, manifest } from './process.mjs';

/** Node must be at least what package.json's `engines` says. */
export function checkNode() {
  const wanted = manifest.engines.node.replace('>=', '');
  if (isOlder(process.versions.node, wanted)) {
    die(
      `Node ${wanted} or newer is needed, this is ${process.versions.node}; install a newer one and try again`,
    );
  }
}

function isOlder(version, wanted) {
  const [have, want] = [version, wanted].map((text) => text.split('.').map(Number));
  for (let part = 0; part < want.length; part++) {
    if (have[part] !== want[part]) return have[part] < want[part];
  }
  return false;
}
