/** Keeps what is made from a key, so that modules with the same dynamics share one program. */
export function oncePer<K extends string | number | boolean, V>(make: (key: K) => V): (key: K) => V {
  const made = new Map<K, V>();
  return (key) => {
    if (!made.has(key)) made.set(key, make(key));
    return made.get(key)!;
  };
}
