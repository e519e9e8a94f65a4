// Random stacks of modules, for property tests.
import type { Expr, Ops } from '@rp/dynamics';
import fc from 'fast-check';
import {
  ExpSyn,
  Instant,
  LIF,
  Linear,
  type ProgramModule,
  Rate,
  Residual,
  Sequential,
} from '../src/index.ts';

/** Makes a module with so many inputs; always the same one for the same recipe. */
export interface Recipe {
  readonly what: 'linear' | 'rate' | 'lif' | 'synapses' | 'expSyn' | 'instant' | 'nested' | 'residual';
  readonly sizeOut: number;
  readonly seed: number;
  readonly noisy: boolean;
  readonly recurrent: boolean;
}

export const recipe: fc.Arbitrary<Recipe> = fc.record({
  what: fc.constantFrom('linear', 'rate', 'lif', 'synapses', 'expSyn', 'instant', 'nested', 'residual'),
  sizeOut: fc.integer({ min: 1, max: 4 }),
  seed: fc.integer({ min: 0, max: 2 ** 40 }),
  noisy: fc.boolean(),
  recurrent: fc.boolean(),
});

const square = (x: Expr, op: Ops) => op.mul(x, x);

export function makeModule(
  { what, sizeOut, seed, noisy, recurrent: hasRec }: Recipe,
  sizeIn: number,
): ProgramModule {
  const noiseStd = noisy ? 0.5 : 0;
  const common = { seed, noiseStd, dt: 1e-3 * (1 + (seed % 3)) };
  switch (what) {
    case 'linear':
      return new Linear({ shape: [sizeIn, sizeOut], hasBias: noisy, seed });
    case 'rate':
      return new Rate({ shape: sizeIn, hasRec, tau: 0.05, threshold: -0.2, ...common });
    case 'lif':
      return new LIF({ shape: sizeIn, hasRec, threshold: 0.3, tauMem: 0.01, ...common });
    case 'synapses':
      return new LIF({
        shape: sizeIn % 2 === 0 ? [sizeIn, sizeIn / 2] : sizeIn,
        hasRec,
        threshold: 0.4,
        ...common,
      });
    case 'expSyn':
      return new ExpSyn({ shape: sizeIn, tau: 0.003, ...common });
    case 'instant':
      return new Instant({ shape: sizeIn, expression: square });
    case 'nested':
      return new Sequential(
        new Linear({ shape: [sizeIn, 2 * sizeOut], seed }),
        new LIF({ shape: [2 * sizeOut, sizeOut], ...common }),
      );
    case 'residual':
      return new Residual(
        new Linear({ shape: [sizeIn, sizeIn], seed }),
        new Rate({ shape: sizeIn, ...common }),
      );
  }
}

export function makeModules(recipes: readonly Recipe[], sizeIn: number): ProgramModule[] {
  let size = sizeIn;
  return recipes.map((each) => {
    const module = makeModule(each, size);
    size = module.sizeOut;
    return module;
  });
}
