// Nested dictionaries from paths.

interface Nest<V> {
  [name: string]: V | Nest<V>;
}

/** A dictionary in which each value stands under its path. */
export function nested<V>(entries: readonly (readonly [path: readonly string[], value: V])[]): Nest<V> {
  const root: Nest<V> = {};
  for (const [path, value] of entries) {
    let place = root;
    for (const name of path.slice(0, -1)) {
      place[name] ??= {};
      place = place[name] as Nest<V>;
    }
    place[path.at(-1)!] = value;
  }
  return root;
}

/** What stands under a path; undefined where there is nothing. */
export function within(tree: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (place, name) => (typeof place === 'object' && place !== null ? Reflect.get(place, name) : undefined),
    tree,
  );
}

/** A path with something behind its last name. */
export function suffixed(path: readonly string[], suffix: string): string[] {
  return [...path.slice(0, -1), `${path.at(-1)}${suffix}`];
}
