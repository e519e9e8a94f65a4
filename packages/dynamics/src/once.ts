/**
 * Keeps what is made from a key. Programs are made so: when they are first asked for, and then the same object for the
 * same dynamics, so that sessions and compiled programs are shared. What is made from an object or a function is kept
 * as long as that is.
 */
export function oncePer<K extends string | number | boolean | object, V>(make: (key: K) => V): (key: K) => V {
  const [plain, ofObjects] = [new Map<K, V>(), new WeakMap<object, V>()];
  return (key) => {
    const made = typeof key === 'object' || typeof key === 'function' ? ofObjects : plain;
    if (!made.has(key as K & object)) made.set(key as K & object, make(key));
    return made.get(key as K & object)!;
  };
}
