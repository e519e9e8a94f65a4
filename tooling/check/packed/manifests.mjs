// What npm will show and resolve: no workspace ranges, right peers, no side effects.

const required = [
  'name',
  'version',
  'description',
  'license',
  'type',
  'exports',
  'files',
  'engines',
  'keywords',
];
/** What a backend takes from its user, so that there is one copy of each. */
const peersOfBackends = ['@rp/backend', '@rp/dynamics'];

export function manifests(packages) {
  return {
    complaints: packages.flatMap(({ name, manifest }) =>
      complaintsOf(manifest).map((text) => `${name}: ${text}`),
    ),
  };
}

function complaintsOf(manifest) {
  const complaints = required.filter((key) => !(key in manifest)).map((key) => `"${key}" is missing`);
  if (manifest.type !== 'module') complaints.push('"type" must be "module"');
  if (manifest.sideEffects !== false) complaints.push('"sideEffects" must be false');
  return [...complaints, ...complaintsAboutRanges(manifest), ...complaintsAboutPeers(manifest)];
}

function complaintsAboutRanges(manifest) {
  const groups = ['dependencies', 'peerDependencies', 'optionalDependencies'];
  const ranges = groups.flatMap((group) => Object.entries(manifest[group] ?? {}));
  return ranges
    .filter(
      ([, range]) => /^(workspace|catalog|link|file):/.test(range) || ['*', '', 'latest'].includes(range),
    )
    .map(([name, range]) => `"${name}": "${range}" can't be published`);
}

function complaintsAboutPeers({ name, dependencies = {}, peerDependencies = {} }) {
  const twice = Object.keys(peerDependencies).filter((peer) => peer in dependencies);
  const complaints = twice.map((peer) => `${peer} is both a dependency and a peer`);
  if (!name.startsWith('@rp/backend-')) return complaints;
  const missing = peersOfBackends.filter((peer) => !(peer in peerDependencies));
  return [...complaints, ...missing.map((peer) => `a backend must have ${peer} as a peer`)];
}
