// What reservoirs are built with, trained and judged by.

// Weight matrices [pre][post]
export { combineFfRecStack } from './combine-ff-rec-stack.ts';
export { type DiscretisedWeights, type DiscretiseOptions, discretiseWeightMatrix } from './discretise.ts';
export {
  type EiNetOptions,
  rndmEiNet,
  rndmSparseEiNet,
  type SparseEiNetOptions,
  type WeightFunction,
  type WilsonCowanOptions,
  wilsonCowanNet,
} from './excitation-inhibition.ts';
export { scaledToRadius, spectralRadius, type WeightMatrix } from './matrix.ts';
export {
  addRandomLongRange,
  type LongRangeOptions,
  type OneDimOptions,
  oneDimExcRes,
  type TwoDimOptions,
  twoDimExcRes,
} from './neighbours.ts';
export { type Random, seededRandom } from './random.ts';
export {
  type IafSparseOptions,
  iafSparseNet,
  type UnitLambdaOptions,
  unitLambdaNet,
} from './random-networks.ts';
// Training
export { type RidgeOptions, RidgeRegression, type RidgeSolution } from './ridge-regression.ts';
// Statistics of spike trains
export { type FanoOptions, fanoFactor, lv } from './spike-statistics.ts';
