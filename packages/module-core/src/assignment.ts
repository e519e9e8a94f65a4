// Plain assignment follows the registry's rules: the traps of the proxy that a module's constructor returns.
// Reads are not trapped: registered attributes are accessor pairs on the object itself.
// The reasons are in docs/decisions/0003-attribute-registry.md.
import { CORE } from './core.ts';
import { fail } from './fail.ts';
import type { ModuleBase } from './module-base.ts';

/** Assigns by the rules of the registry. Returns false for what stays an ordinary property. */
export const ASSIGN: unique symbol = Symbol('assign');
/** Removes from the registry. Returns false for what is not registered. */
export const REMOVE: unique symbol = Symbol('remove');

export const moduleTraps: ProxyHandler<ModuleBase> = {
  set(target, key, value, receiver) {
    if (Reflect.set(target, key, value, receiver)) return true;
    throw fail('AttributeError', 'read-only', `\`${String(key)}\` of ${target.fullName} is read-only`);
  },

  // Reached by `module.x = value` and by class fields (`x = value` in a class body), but not where x is an
  // accessor pair: then its setter runs.
  defineProperty(target, key, descriptor) {
    if (typeof key === 'string' && 'value' in descriptor) {
      const { self, attributes, modules } = target[CORE];
      // `weights: NdArray;` in the body of a subclass defines undefined after the base class has registered it.
      const isFieldWithoutValue = descriptor.value === undefined && 'enumerable' in descriptor;
      if (isFieldWithoutValue && (attributes.has(key) || modules.has(key))) return true;
      if (self[ASSIGN](key, descriptor.value)) return true;
    }
    return Reflect.defineProperty(target, key, descriptor);
  },

  deleteProperty(target, key) {
    if (typeof key === 'string' && target[CORE].self[REMOVE](key)) return true;
    if (Object.hasOwn(target, key)) return Reflect.deleteProperty(target, key);
    throw fail(
      'AttributeError',
      'no-attribute',
      `${target.fullName} has no attribute \`${String(key)}\` to delete`,
    );
  },
};
