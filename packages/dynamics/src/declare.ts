// How authors declare parameters, states and the like.
import type { Declaration, Shape, ValueType } from './program.ts';

/** A declaration: the shape of a float, or shape and type. */
export type DeclarationInput = Shape | { readonly shape: Shape; readonly type: ValueType };

export type Declarations = Readonly<Record<string, DeclarationInput>>;

export function declarations(input: Declarations | undefined): Record<string, Declaration> {
  return mapEntries(input ?? {}, (_, item) => ('shape' in item ? item : { shape: item, type: 'float' }));
}

export function mapEntries<A, B>(
  record: Readonly<Record<string, A>>,
  map: (key: string, value: A) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(key, value)]));
}
