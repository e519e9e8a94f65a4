// The typed face of the adapter: the listed attributes are properties with the layer's own types.
import type { Layer } from '@rp/layers-v1';
import type { AdapterOptions, Delegated, Names, NamesIn } from './attribute-names.ts';
import { LayerAdapter } from './layer-adapter.ts';

/** A layer of class `L` as a timed module, with the attributes `N` of the layer as properties. */
export type LayerToTimedModule<L extends Layer = Layer, N extends string = never> = LayerAdapter<L> &
  Delegated<L, N>;

/** What `new LayerToTimedModule(…)` does, in types. */
export interface LayerToTimedModuleClass {
  new <
    L extends Layer,
    const P extends Names<L> = readonly [],
    const S extends Names<L> = readonly [],
    const M extends Names<L> = readonly [],
  >(
    layer: L,
    options?: AdapterOptions<P, S, M>,
  ): LayerToTimedModule<L, NamesIn<P> | NamesIn<S> | NamesIn<M>>;
  readonly prototype: LayerAdapter;
}

/**
 * Presents a v1 layer as a timed module: `new LayerToTimedModule(layer, { parameters: ['weights'] })`.
 *
 * Only the listed attributes of the layer are reachable, as properties and in the dictionaries; reads always show
 * the layer's current value. A write goes to the layer first, whose setter may refuse or convert it, and is undone
 * if the layer then holds a value of another shape. Without lists only `dt` is registered.
 *
 * @throws TypeError for something that is not a layer; AttributeError for a name that the layer doesn't have (which
 * is a compile-time error, too).
 */
export const LayerToTimedModule = LayerAdapter as unknown as LayerToTimedModuleClass;
