// Everything that a `new` step can make, by the name that the case files use.
import { Waiting } from '../waiting.ts';
import { graphConstructors } from './graph-steps.ts';
import { adapterConstructors } from './kit/adapters.ts';
import { layerConstructors } from './kit/layers.ts';
import { moduleConstructors } from './kit/modules.ts';
import { timedModuleConstructors } from './kit/timed-modules.ts';
import type { Constructor } from './scene.ts';

/** Classes of the library that are still to come. */
const awaited = ['Linear', 'LIF', 'Rate', 'ExpSyn', 'Instant', 'Sequential', 'Residual', 'FFwdStack'];

function waitFor(name: string): Constructor {
  return () => {
    throw new Waiting(name);
  };
}

export const constructors: Readonly<Record<string, Constructor>> = {
  ...Object.fromEntries(awaited.map((name) => [name, waitFor(name)])),
  ...graphConstructors,
  ...moduleConstructors,
  ...timedModuleConstructors,
  ...adapterConstructors,
  ...layerConstructors,
};
