// The layer classes of this package by their names in files. A program that loads files of any class needs this
// list; others don't, and bundlers then leave it out.
import type { LayerClass } from './load-layer.ts';
import { PassThroughEvents } from './pass-through-events.ts';

/** Every layer class of this package. Add your own: `{ classes: [...ownLayers, MyLayer] }`. */
export const ownLayers: readonly LayerClass[] = [PassThroughEvents];
