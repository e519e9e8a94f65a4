// Which attributes of a layer the adapter presents, and as what.
import type { Layer } from '@rp/layers-v1';
import type { TimedModule } from '@rp/module-core';
import { fail } from './fail.ts';

/** A name that a layer of class `L` has. */
export type AttributeName<L extends Layer> = keyof L & string;

/** One name, or a list of names. */
export type Names<L extends Layer> = AttributeName<L> | readonly AttributeName<L>[];

/** Lists of attributes of a layer. What is not listed stays hidden. */
export interface AdapterOptions<
  P extends string | readonly string[] = string | readonly string[],
  S extends string | readonly string[] = string | readonly string[],
  M extends string | readonly string[] = string | readonly string[],
> {
  /** Attributes to present as parameters. Default: none. */
  readonly parameters?: P | null | undefined;
  /** Attributes to present as states. Default: none. */
  readonly states?: S | null | undefined;
  /** Attributes to present as simulation parameters. Default: none but `dt`, which is always there. */
  readonly simulationParameters?: M | null | undefined;
}

/** The names in an option, as a union. */
export type NamesIn<N> = N extends string ? N : N extends readonly (infer E)[] ? E : never;

/**
 * The attributes of a layer as properties of its adapter, with the layer's own types. Names that the adapter itself
 * has, such as `state`, stay the adapter's; the dictionaries show the layer's value.
 */
export type Delegated<L extends Layer, N> = Pick<L, Exclude<N & keyof L, keyof TimedModule>>;

export function listOf(names: string | readonly string[] | null | undefined): readonly string[] {
  return typeof names === 'string' ? [names] : (names ?? []);
}

/** @throws AttributeError for a name that the layer doesn't have. */
export function requireNames(layer: Layer, options: AdapterOptions): void {
  const names = [options.parameters, options.states, options.simulationParameters].flatMap(listOf);
  const missing = names.find((name) => !(name in layer));
  if (missing === undefined) return;
  throw fail(
    'AttributeError',
    'unknown-layer-attribute',
    `the layer ${layer.className} "${layer.name}" has no attribute \`${missing}\` to register`,
  );
}
