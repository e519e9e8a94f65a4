// The format `golden-layers-real/1`: layers and modules that process real recordings. All series are `.npz` files beside
// the case file.
import { dirname, join } from 'node:path';
import { ownLayers } from '@rp/layers-v1';
import { TimeSeries, TSEvent } from '@rp/timeseries';
import type { CaseFile } from '../case-files.ts';
import type { Fields } from '../core/values.ts';
import type { GoldenCase, RunOptions } from '../golden-case.ts';
import { note } from '../twin.ts';
import { layerDifference, type Tolerance } from './compare.ts';
import { encodeResult } from './encode.ts';
import { makeLayer } from './layer-classes.ts';
import { makeModule } from './module-classes.ts';
import { inPython } from './module-steps.ts';
import { runSteps } from './run-layer-case.ts';

interface Recording {
  readonly class: string;
  readonly config: Fields;
  readonly input: string;
  readonly output: string;
  readonly num_timesteps?: number | undefined;
  readonly state: Fields;
  readonly num_events?: number | undefined;
  readonly events_per_channel?: readonly number[] | undefined;
  /** Options of `timed`, of a module that works on series. */
  readonly timed?: { readonly dt?: number | undefined } | undefined;
  /** How the input is binned, of a module that works on rows; its output makes events at bin centres. */
  readonly raster?:
    | { readonly dt: number; readonly t_start: number; readonly add_events: boolean }
    | undefined;
}

interface RealTolerance {
  readonly times: number;
  readonly state_abs: number;
  readonly state_rel: number;
}

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
  const input = await TimeSeries.load(join(folder, step.input));
  const expected = await TimeSeries.load(join(folder, step.output));
  const isLayer = ownLayers.some(({ className }) => className === step.class);
  const { output, differences } = await (isLayer ? ofLayer : ofModule)(step, input, { abs, rel }, run);
  // Whoever makes a series of rows names it: the library in a module over series, here the case.
  if (step.raster) output.name = expected.name;
  note(encodeResult(output));
  return [...seriesDifference(expected, output, times, { abs, rel }), ...differences];
}

/** What a recording made of a layer or module, and what differs in the state afterwards. */
interface Outcome {
  readonly output: TimeSeries;
  readonly differences: readonly string[];
}

async function ofLayer(
  step: Recording,
  input: TimeSeries,
  tolerance: Tolerance,
  run: RunOptions,
): Promise<Outcome> {
  const layer = makeLayer(step.class, step.config, run);
  try {
    const output = await layer.evolve(input, { numTimesteps: step.num_timesteps });
    const state = { call: 'get', attrs: Object.keys(step.state), expect: { values: step.state } };
    return { output, differences: await runSteps([state], { layer }, tolerance) };
  } finally {
    await layer.dispose();
  }
}

async function ofModule(
  step: Recording,
  input: TimeSeries,
  tolerance: Tolerance,
  run: RunOptions,
): Promise<Outcome> {
  const module = makeModule(step.class, step.config, run);
  try {
    const output = step.raster
      ? await overRows(step, step.raster, input as TSEvent, module)
      : (await module.timed(step.timed).evolve(input, { numTimesteps: step.num_timesteps })).output;
    const state = layerDifference(step.state, inPython(module.state(), step.state), tolerance, 'state');
    return { output, differences: state === null ? [] : [state] };
  } finally {
    await module.dispose();
  }
}

async function overRows(
  { num_timesteps: numTimesteps }: Recording,
  { dt, t_start: tStart, add_events: addEvents }: NonNullable<Recording['raster']>,
  input: TSEvent,
  module: ReturnType<typeof makeModule>,
): Promise<TSEvent> {
  const { output } = await module.evolve(input.raster({ dt, tStart, numTimesteps, addEvents }));
  const rows = { data: output.data, shape: output.shape.slice(1) };
  return TSEvent.fromRaster(rows, { dt, tStart, numChannels: module.sizeOut });
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
