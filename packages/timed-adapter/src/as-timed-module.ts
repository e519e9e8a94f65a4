// A layer class as a class of timed modules.
import { Layer } from '@rp/layers-v1';
import type { AdapterOptions, Names, NamesIn } from './attribute-names.ts';
import { fail } from './fail.ts';
import { LayerAdapter } from './layer-adapter.ts';
import type { LayerToTimedModule } from './layer-to-timed-module.ts';

/** A class of layers. */
export type LayerClass<L extends Layer = Layer> = new (...args: never[]) => L;

/** Makes layers of class `C` and wraps them. Takes the arguments of the layer's constructor. */
export type TimedLayerClass<C extends LayerClass, N extends string = never> = new (
  ...args: ConstructorParameters<C>
) => LayerToTimedModule<InstanceType<C>, N>;

/** What `asTimedModule(options)` returns. */
export type TimedDecorator<N extends string> = <C extends LayerClass>(layerClass: C) => TimedLayerClass<C, N>;

/**
 * The class of timed modules that belongs to a class of layers; it carries the layer class's name. Its constructor
 * takes the layer's arguments, builds the layer and wraps it as {@link LayerToTimedModule} does.
 *
 * `asTimedModule(RecRate, { parameters: 'weights' })`, or without the class, as a decorator:
 * `asTimedModule({ parameters: 'weights' })(RecRate)`.
 * @throws ValueError for something that is not a class of layers.
 */
export function asTimedModule<
  C extends LayerClass,
  const P extends Names<InstanceType<C>> = readonly [],
  const S extends Names<InstanceType<C>> = readonly [],
  const M extends Names<InstanceType<C>> = readonly [],
>(layerClass: C, options?: AdapterOptions<P, S, M>): TimedLayerClass<C, NamesIn<P> | NamesIn<S> | NamesIn<M>>;
export function asTimedModule<
  const P extends string | readonly string[] = readonly [],
  const S extends string | readonly string[] = readonly [],
  const M extends string | readonly string[] = readonly [],
>(options?: AdapterOptions<P, S, M>): TimedDecorator<NamesIn<P> | NamesIn<S> | NamesIn<M>>;
export function asTimedModule(first: unknown = {}, options: AdapterOptions = {}): unknown {
  if (typeof first === 'function') return timedClass(requireLayerClass(first), options);
  return (layerClass: unknown) => timedClass(requireLayerClass(layerClass), first as AdapterOptions);
}

function timedClass(layerClass: LayerClass, options: AdapterOptions): typeof LayerAdapter {
  const TimedLayer = class extends LayerAdapter {
    constructor(...args: never[]) {
      super(new layerClass(...args), options);
    }

    override get className(): string {
      return this._module.className;
    }
  };
  Object.defineProperty(TimedLayer, 'name', { value: layerClass.name });
  return TimedLayer as unknown as typeof LayerAdapter;
}

function requireLayerClass(value: unknown): LayerClass {
  if (typeof value === 'function' && value.prototype instanceof Layer) return value as LayerClass;
  const got = typeof value === 'function' ? value.name : String(value);
  throw fail('ValueError', 'not-a-layer-class', `asTimedModule takes a subclass of Layer, got ${got}`);
}
