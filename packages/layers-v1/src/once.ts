/** Builds a value when it is first asked for, one per key, so that importing a layer builds no program. */
export function oncePer<K, V>(build: (key: K) => V): (key: K) => V {
  const kept = new Map<K, V>();
  return (key) => {
    if (!kept.has(key)) kept.set(key, build(key));
    return kept.get(key)!;
  };
}
