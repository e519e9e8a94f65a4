// The tarball holds every file that `exports` and `bin` name, a README and a licence, and nothing but the build and its data.

const expected = /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|dist\/.*|data\/.*)$/;

export function contents(packages) {
  return {
    complaints: packages.flatMap((packed) => complaintsOf(packed).map((text) => `${packed.name}: ${text}`)),
  };
}

function complaintsOf({ manifest, files }) {
  const named = [...targetsOf(manifest.exports), ...targetsOf(manifest.bin ?? {})];
  const needed = [...named.map((path) => path.replace(/^\.\//, '')), 'README.md', 'LICENSE'];
  const missing = needed.filter((path) => !files.includes(path)).map((path) => `${path} is not packed`);
  const unexpected = files
    .filter((path) => !expected.test(path))
    .map((path) => `${path} should not be packed`);
  return [...missing, ...unexpected];
}

function targetsOf(value) {
  if (typeof value === 'string') return [value];
  return Object.values(value).flatMap(targetsOf);
}
