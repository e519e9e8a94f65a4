// How authors declare parameters, states and the like.
import type { Declaration, Shape, Storage, ValueType } from './program.ts';

/** A declaration: the shape of a float, or shape and type; of a parameter also how it is stored. */
export type DeclarationInput =
  | Shape
  | {
      readonly shape: Shape;
      /** Default `float`. */
      readonly type?: ValueType | undefined;
      readonly storage?: Storage | undefined;
    };

export type Declarations = Readonly<Record<string, DeclarationInput>>;

export function declarations(input: Declarations | undefined): Record<string, Declaration> {
  return mapEntries(input ?? {}, (_, item) =>
    'shape' in item ? full(item) : { shape: item, type: 'float' },
  );
}

function full({ shape, type = 'float', storage }: Exclude<DeclarationInput, Shape>): Declaration {
  return storage === undefined ? { shape, type } : { shape, type, storage };
}

export function mapEntries<A, B>(
  record: Readonly<Record<string, A>>,
  map: (key: string, value: A) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(key, value)]));
}
