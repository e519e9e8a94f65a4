// Random stacks of modules, for property tests.
import type { Expr, Ops } from '@rp/dynamics';
import fc from 'fast-check';
import {
  aLIFTorch,
  BooleanState,
  ButterFilter,
  ExpSyn,
  Instant,
  LIF,
  LIFBitshiftTorch,
  LIFTorch,
  Linear,
  type ProgramModule,
  Rate,
  Residual,
  Sequential,
  SynNet,
  TimeStepDropout,
  UnitDropout,
  UpDownTorch,
  WaveSenseNet,
} from '../src/index.ts';

/** Makes a module with so many inputs; always the same one for the same recipe. */
export interface Recipe {
  readonly what:
    | 'linear'
    | 'rate'
    | 'lif'
    | 'synapses'
    | 'expSyn'
    | 'instant'
    | 'nested'
    | 'residual'
    | 'torch'
    | 'adaptive'
    | 'bitshift'
    | 'latch'
    | 'upDown'
    | 'dropout'
    | 'wave'
    | 'filters';
  readonly sizeOut: number;
  readonly seed: number;
  readonly noisy: boolean;
  readonly recurrent: boolean;
}

export const recipe: fc.Arbitrary<Recipe> = fc.record({
  what: fc.constantFrom(
    'linear',
    'rate',
    'lif',
    'synapses',
    'expSyn',
    'instant',
    'nested',
    'residual',
    'torch',
    'adaptive',
    'bitshift',
    'latch',
    'upDown',
    'dropout',
    'wave',
    'filters',
  ),
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
    case 'torch':
      return new LIFTorch({
        shape: sizeIn,
        hasRec,
        threshold: 0.3,
        leakMode: 'decays',
        alpha: 0.8,
        beta: 0.7,
        ...common,
      });
    case 'adaptive':
      return new aLIFTorch({ shape: sizeIn, hasRec, threshold: 0.3, ...common });
    case 'bitshift':
      return new LIFBitshiftTorch({ shape: sizeIn, threshold: 0.5, ...common });
    case 'latch':
      return new BooleanState({ shape: sizeIn, threshold: 0.2 });
    case 'upDown':
      return new UpDownTorch({ shape: sizeIn, thrUp: 0.3, thrDown: 0.4, nRefSteps: noisy ? 2 : 0 });
    case 'dropout':
      return hasRec
        ? new UnitDropout({ shape: sizeIn, p: 0.4, seed })
        : new TimeStepDropout({ shape: sizeIn, p: 0.4, seed });
    case 'wave':
      return new WaveSenseNet({
        dilations: [1, 2],
        nClasses: sizeOut,
        nChannelsIn: sizeIn,
        nChannelsRes: 2,
        nChannelsSkip: 3,
        nHidden: 2,
        threshold: 0.01,
        thresholdOut: 0.01,
        seed,
      });
    case 'filters':
      return sizeIn === 1
        ? new ButterFilter({ frequency: [100, 200], bandwidth: [40, 60], fs: 1000, useLowpass: noisy })
        : new SynNet({
            nClasses: sizeOut,
            nChannels: sizeIn,
            sizeHiddenLayers: [3],
            timeConstantsPerLayer: [2],
            pDropout: noisy ? 0.2 : 0,
            threshold: 0.1,
            seed,
          });
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
