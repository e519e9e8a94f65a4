// The formats of the layer cases: `golden-layers/1`, saved layers (`golden-layers-json/1`), and real recordings
// (`golden-layers-real/1`).
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { layerFromDict } from '@rp/layers-v1';
import { TimeSeries } from '@rp/timeseries';
import { dtypeOption } from '../backends.ts';
import type { CaseFile } from '../case-files.ts';
import type { Fields } from '../core/values.ts';
import type { GoldenCase, RunOptions } from '../golden-case.ts';
import { note } from '../twin.ts';
import { Waiting } from '../waiting.ts';
import { layerDifference, type Tolerance } from './compare.ts';
import { encodeResult } from './encode.ts';
import { toleranceFor } from './float32.ts';
import { layerClass, makeLayer } from './layer-classes.ts';
import { runFunctionCase } from './run-function-case.ts';
import { type LayerCase, runLayerCase, runSteps } from './run-layer-case.ts';
import { runModuleCase } from './run-module-case.ts';
import type { LayerStep } from './steps.ts';

/** Cases of v1 layers, of modules and of functions; those of other interfaces are handled where these are. */
export function layerCases({ content }: CaseFile): GoldenCase[] {
  const { cases } = content as { readonly cases: readonly LayerCase[] };
  return cases.map((golden) => ({ id: golden.id, run: runnerOf(golden) }));
}

function runnerOf(golden: LayerCase): GoldenCase['run'] {
  if (golden.api === 'layer' || golden.api === 'timed') return (run) => runLayerCase(golden, run);
  if (golden.api === 'module') return (run) => runModuleCase(golden, run);
  if (golden.api === 'function') return async () => runFunctionCase(golden);
  return async () => {
    throw new Waiting(`the ${golden.api} ${golden.class}`);
  };
}

interface SavedLayer {
  readonly file: string;
  readonly class: string;
  readonly steps_after_loading: readonly LayerStep[];
  readonly tolerance: Tolerance;
}

/** Layers in files that the reference wrote: they load, write the same again, and evolve as they should. */
export function savedLayerCases({ path, content }: CaseFile): GoldenCase[] {
  const { layers } = content as { readonly layers: readonly SavedLayer[] };
  return layers.map((saved) => ({ id: saved.file, run: (run) => runSaved(saved, dirname(path), run) }));
}

async function runSaved(saved: SavedLayer, folder: string, run: RunOptions): Promise<readonly string[]> {
  const dict = JSON.parse(readFileSync(join(folder, saved.file), 'utf8')) as Fields;
  const classes = [layerClass(saved.class)];
  const layer = layerFromDict(dict, { classes, overrides: dtypeOption(run) });
  try {
    const tolerance = toleranceFor(run, saved.tolerance, saved.steps_after_loading);
    const again = layerDifference(dict, layer.toDict(), saved.tolerance, 'written again');
    const differences = await runSteps(saved.steps_after_loading, { layer }, tolerance);
    return again === null ? differences : [again, ...differences];
  } finally {
    await layer.dispose();
  }
}

interface Recording {
  readonly class: string;
  readonly config: Fields;
  readonly input: string;
  readonly output: string;
  readonly num_timesteps?: number | undefined;
  readonly state: Fields;
  readonly num_events?: number | undefined;
  readonly events_per_channel?: readonly number[] | undefined;
}

interface RealTolerance {
  readonly times: number;
  readonly state_abs: number;
  readonly state_rel: number;
}

/** Layers that process real recordings; all series are `.npz` files beside the case file. */
export function recordingCases({ path, content }: CaseFile): GoldenCase[] {
  const file = content as { readonly steps: readonly Recording[]; readonly tolerance: RealTolerance };
  return file.steps.map((step) => ({
    id: step.output,
    run: (run) => runRecording(step, file.tolerance, dirname(path), run),
  }));
}

async function runRecording(
  step: Recording,
  { times, state_abs: abs, state_rel: rel }: RealTolerance,
  folder: string,
  run: RunOptions,
): Promise<readonly string[]> {
  const layer = makeLayer(step.class, step.config, run);
  try {
    const input = await TimeSeries.load(join(folder, step.input));
    const expected = await TimeSeries.load(join(folder, step.output));
    const output = await layer.evolve(input, { numTimesteps: step.num_timesteps });
    note(encodeResult(output));
    const state = { call: 'get', attrs: Object.keys(step.state), expect: { values: step.state } };
    return [
      ...seriesDifference(expected, output, times, { abs, rel }),
      ...(await runSteps([state], { layer }, { abs, rel })),
    ];
  } finally {
    await layer.dispose();
  }
}

/** Times may differ by their own tolerance; channels must be the same, samples are compared like the state. */
function seriesDifference(
  expected: TimeSeries,
  got: TimeSeries,
  timeTolerance: number,
  tolerance: Tolerance,
): string[] {
  const { times: wanted, ...rest } = encodeResult(expected) as Fields;
  const { times, ...other } = encodeResult(got) as Fields;
  const found = [
    layerDifference(wanted, times, { abs: timeTolerance, rel: 0 }, 'output.times'),
    layerDifference(rest, other, tolerance, 'output'),
  ];
  return found.filter((difference) => difference !== null);
}
