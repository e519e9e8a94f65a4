// Everything that a `new` step can make, by the name that the case files use.
import { graphConstructors } from './graph-steps.ts';
import { adapterConstructors } from './kit/adapters.ts';
import { layerConstructors } from './kit/layers.ts';
import { moduleConstructors } from './kit/modules.ts';
import { nativeConstructors } from './kit/native-modules.ts';
import { timedModuleConstructors } from './kit/timed-modules.ts';
import type { Constructor } from './scene.ts';

export const constructors: Readonly<Record<string, Constructor>> = {
  ...graphConstructors,
  ...moduleConstructors,
  ...timedModuleConstructors,
  ...adapterConstructors,
  ...layerConstructors,
  ...nativeConstructors,
};
