// Runs a case of plain functions: weight matrices and spike statistics. Python's positional arguments become options.
import type { ArrayInput } from '@rp/ndarray';
import { combineFfRecStack, discretiseWeightMatrix, fanoFactor, lv, oneDimExcRes } from '@rp/reservoir';
import type { TSEvent } from '@rp/timeseries';
import type { Fields } from '../core/values.ts';
import { Waiting } from '../waiting.ts';
import { decodeArgument, decodeOptions } from './decode.ts';
import { encodeResult } from './encode.ts';
import { type LayerCase, runEachStep } from './run-layer-case.ts';
import type { LayerStep } from './steps.ts';

type Call = (args: readonly unknown[], options: Record<string, unknown>) => unknown;

const functions: Readonly<Record<string, Call>> = {
  combine_ff_rec_stack: ([weightsFf, weightsRec]) =>
    combineFfRecStack(weightsFf as ArrayInput, weightsRec as ArrayInput),
  one_dim_exc_res: ([size, nNeighbour, zeroDiagonal], options) =>
    oneDimExcRes({ size, nNeighbour, zeroDiagonal, ...options } as Parameters<typeof oneDimExcRes>[0]),
  lv: ([events]) => lv(events as TSEvent),
  fano_factor: ([events, dt], options) => fanoFactor(events as TSEvent, { dt: dt as number, ...options }),
  DiscretiseWeightMatrix: ([weights, maxNumConnections, maxNumInputs, maxNumOutputs], options) => {
    const limits = { maxNumConnections, maxNumInputs, maxNumOutputs, ...options };
    const { weights: discretised, counts } = discretiseWeightMatrix(weights as ArrayInput, limits as object);
    return [discretised, counts];
  },
};

/** What differs from the expectation. */
export function runFunctionCase({ class: name, steps, tolerance }: LayerCase): Promise<readonly string[]> {
  const call = functions[name];
  if (call === undefined) throw new Waiting(`the function ${name}`);
  return runEachStep(steps, async (step) => ({ result: encodeResult(called(call, step)) }), tolerance);
}

function called(call: Call, { args, kwargs }: LayerStep): unknown {
  return call(((args ?? []) as unknown[]).map(decodeArgument), decodeOptions((kwargs ?? {}) as Fields));
}
