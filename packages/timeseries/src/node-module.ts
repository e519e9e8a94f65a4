// The seam between this package and Node. Files and PNG pictures are all that needs it; a bundle for browsers finds
// no import of Node's modules here.
import { fail } from './error.ts';

interface NodeModules {
  readonly 'node:fs': typeof import('node:fs');
  readonly 'node:fs/promises': typeof import('node:fs/promises');
  readonly 'node:module': typeof import('node:module');
  readonly 'node:os': typeof import('node:os');
  readonly 'node:path': typeof import('node:path');
}

/**
 * One of Node's own modules.
 * @throws RuntimeError where there is no Node, saying what needs it.
 */
export function nodeModule<Name extends keyof NodeModules>(
  name: Name,
  purpose: string,
  elsewhere = 'pass a Blob or bytes to load, and use toNpz to get bytes',
): NodeModules[Name] {
  const host = (globalThis as { readonly process?: Partial<NodeJS.Process> | undefined }).process;
  const found = host?.getBuiltinModule?.(name);
  if (found) return found as NodeModules[Name];
  throw fail('RuntimeError', 'no-node', `${purpose} needs Node 20.16 or later; elsewhere ${elsewhere}`);
}
