// Random graphs for property tests: modules of several classes, joined by random valid connections.
import {
  AliasConnection,
  connectModules,
  GraphHolder,
  GraphModule,
  type GraphModuleBase,
  LIFNeuronWithSynsRealValue,
  LinearWeights,
} from '@rp/graph';
import fc from 'fast-check';

interface Wish {
  readonly source: number;
  readonly dest: number;
  readonly from: readonly number[];
  readonly to: readonly number[];
}

const numbers = fc.oneof(
  fc.double(),
  fc.constantFrom(Number.NaN, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
);

const moduleArbitrary = fc
  .record({
    kind: fc.constantFrom('module', 'weights', 'neurons', 'alias', 'holder'),
    sizeIn: fc.nat(3),
    sizeOut: fc.nat(3),
    name: fc.option(fc.string({ unit: 'binary' })),
    values: fc.array(numbers, { minLength: 12, maxLength: 12 }),
  })
  .map(makeModule);

function makeModule(given: {
  kind: string;
  sizeIn: number;
  sizeOut: number;
  name: string | null;
  values: number[];
}): GraphModuleBase {
  const { kind, sizeIn, sizeOut, name, values } = given;
  const some = (length: number): Float64Array => Float64Array.from(values.slice(0, length));
  const weights = { data: some(sizeIn * sizeOut), shape: [sizeIn, sizeOut] };
  switch (kind) {
    case 'weights':
      return LinearWeights.factory(sizeIn, sizeOut, { name, weights, biases: some(sizeOut) });
    case 'neurons':
      return LIFNeuronWithSynsRealValue.factory(sizeIn, sizeOut, {
        name,
        tauMem: values[0],
        tauSyn: weights,
      });
    case 'alias':
      return AliasConnection.factory(sizeIn, sizeIn, { name });
    case 'holder':
      return GraphHolder.factory(sizeIn, sizeOut, { name, computationalModule: new Map() });
    default:
      return GraphModule.factory(sizeIn, sizeOut, { name });
  }
}

const wishArbitrary: fc.Arbitrary<Wish> = fc.record({
  source: fc.nat(20),
  dest: fc.nat(20),
  from: fc.array(fc.nat(2), { maxLength: 3 }),
  to: fc.array(fc.nat(2), { maxLength: 3 }),
});

export interface RandomGraph {
  readonly modules: readonly GraphModuleBase[];
  readonly connections: readonly Connection[];
}

interface Connection {
  /** Makes the connection (again). */
  readonly make: () => void;
  /** Whether no two nodes of one module became one: after that the same indices mean other nodes. */
  readonly tidy: boolean;
}

/** Several modules with random connections between them; some are not reachable from the others. */
export const randomGraph: fc.Arbitrary<RandomGraph> = fc
  .tuple(fc.array(moduleArbitrary, { minLength: 1, maxLength: 6 }), fc.array(wishArbitrary, { maxLength: 8 }))
  .map(([modules, wishes]) => ({
    modules,
    connections: wishes.map((wish) => connection(modules, wish)),
  }));

function connection(modules: readonly GraphModuleBase[], wish: Wish): Connection {
  const source = modules[wish.source % modules.length]!;
  const dest = modules[wish.dest % modules.length]!;
  const from = [...new Set(wish.from)].filter((index) => index < source.outputNodes.length);
  const to = [...new Set(wish.to)].filter((index) => index < dest.inputNodes.length);
  const pairs = Math.min(from.length, to.length);
  const sourceIndices = from.slice(0, pairs);
  const destIndices = to.slice(0, pairs);
  const crossed = sourceIndices.some((index, pair) => {
    const place = destIndices.findIndex((other) => dest.inputNodes[other] === source.outputNodes[index]);
    return place >= 0 && place !== pair;
  });
  const sizes = (): string => modules.map((m) => `${m.inputNodes.length} ${m.outputNodes.length}`).join();
  const make = (): void => connectModules(source, dest, { sourceIndices, destIndices });

  const before = sizes();
  make();
  return { make, tidy: !crossed && sizes() === before };
}
