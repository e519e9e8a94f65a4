/**
 * Keeps what is made from a key. Programs are made so: when they are first asked for, and then the same object for the
 * same dynamics, so that sessions and compiled programs are shared.
 */
export function oncePer<K extends string | number | boolean, V>(make: (key: K) => V): (key: K) => V {
  const made = new Map<K, V>();
  return (key) => {
    if (!made.has(key)) made.set(key, make(key));
    return made.get(key)!;
  };
}
