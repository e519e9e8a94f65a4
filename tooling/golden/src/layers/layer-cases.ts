// The formats of the layer cases: `golden-layers/1` and saved layers (`golden-layers-json/1`).
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { layerFromDict } from '@rp/layers-v1';
import { dtypeOption } from '../backends.ts';
import type { CaseFile } from '../case-files.ts';
import type { Fields } from '../core/values.ts';
import type { GoldenCase, RunOptions } from '../golden-case.ts';
import { Waiting } from '../waiting.ts';
import { layerDifference, type Tolerance } from './compare.ts';
import { toleranceFor } from './float32.ts';
import { layerClass } from './layer-classes.ts';
import { runFunctionCase } from './run-function-case.ts';
import { type LayerCase, runLayerCase, runSteps } from './run-layer-case.ts';
import { runModuleCase } from './run-module-case.ts';
import { runNetworkCase } from './run-network-case.ts';
import type { LayerStep } from './steps.ts';

/** Cases of v1 layers, of modules and of functions; those of other interfaces are handled where these are. */
export function layerCases({ content }: CaseFile): GoldenCase[] {
  const { cases } = content as { readonly cases: readonly LayerCase[] };
  return cases.map((golden) => ({ id: golden.id, run: runnerOf(golden) }));
}

function runnerOf(golden: LayerCase): GoldenCase['run'] {
  if (golden.api === 'layer' || golden.api === 'timed') return (run) => runLayerCase(golden, run);
  if (golden.api === 'network') return (run) => runNetworkCase(golden, run);
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
