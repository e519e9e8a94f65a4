// Runs a case of a network of layers.
import { type Layer, NetworkADS, NetworkDeneve } from '@rp/layers-v1';
import type { TimeSeries } from '@rp/timeseries';
import { dtypeOption } from '../backends.ts';
import type { Fields } from '../core/values.ts';
import type { RunOptions } from '../golden-case.ts';
import { Waiting } from '../waiting.ts';
import { decodeArgument, decodeOptions } from './decode.ts';
import { encodeResult } from './encode.ts';
import { libraryName } from './names.ts';
import { type LayerCase, mustFail, runEachStep } from './run-layer-case.ts';
import type { LayerStep } from './steps.ts';

type Network = NetworkADS | NetworkDeneve;

const factories: Readonly<Record<string, (options: never) => Network>> = {
  'NetworkDeneve.SolveLinearProblem': (options) => NetworkDeneve.solveLinearProblem(options),
  'NetworkDeneve.SpecifyNetwork': (options) => NetworkDeneve.specifyNetwork(options),
  'NetworkADS.SpecifyNetwork': (options) => NetworkADS.specifyNetwork(options),
};

/** What differs from the expectation. */
export async function runNetworkCase(golden: LayerCase, run: RunOptions): Promise<readonly string[]> {
  if (golden.expect_construct_error) return mustFail(golden, () => makeNetwork(golden, run));
  const network = makeNetwork(golden, run);
  try {
    return await runEachStep(golden.steps, (step) => carryOut(step, network), golden.tolerance);
  } finally {
    await network.dispose();
  }
}

function makeNetwork({ class: name, config }: LayerCase, run: RunOptions): Network {
  const { factory = 'SpecifyNetwork', ...options } = config;
  const make = factories[`${name}.${String(factory)}`];
  if (make === undefined) throw new Waiting(`the network ${name}.${String(factory)}`);
  return make({ ...decodeOptions(options), ...dtypeOption(run) } as never);
}

async function carryOut(step: LayerStep, network: Network): Promise<Fields> {
  const handler = handlers[step.call];
  if (handler === undefined) throw new Waiting(`the step ${step.call} of networks`);
  const result = await handler(step, network);
  const state = step.expect.state as Fields | undefined;
  return {
    ...result,
    ...('t' in step.expect ? { t: network.t } : {}),
    ...(state ? { state: described(network.reservoir, state) } : {}),
  };
}

type Handler = (step: LayerStep, network: Network) => Fields | Promise<Fields>;

function nothing(_result: unknown): Fields {
  return {};
}

const handlers: Readonly<Record<string, Handler>> = {
  layers: ({ expect }, network) => ({
    layers: Object.fromEntries(
      Object.entries(expect.layers as Record<string, Fields>).map(([name, expected]) => [
        name,
        described(layerOf(network, name), expected),
      ]),
    ),
  }),
  evolve: async ({ input, duration, num_timesteps: numTimesteps, expect }, network) => {
    const series = decodeArgument(input ?? null) as TimeSeries | null;
    const signals = await network.evolve(series, {
      duration: duration as number | undefined,
      numTimesteps: numTimesteps as number | undefined,
    });
    const told = Object.keys(expect.signals as Fields).map((name) => {
      return [name, encodeResult(Reflect.get(signals, name))] as const;
    });
    return { signals: Object.fromEntries(told) };
  },
  reset_state: (_, network) => nothing(network.resetState()),
  reset_time: (_, network) => nothing(network.resetTime()),
  reset_all: (_, network) => nothing(network.resetAll()),
};

function layerOf(network: Network, name: string): Layer {
  return Reflect.get(network, name) as Layer;
}

/** What a case tells of a layer. */
function described(layer: Layer, expected: Fields): Fields {
  const entries = Object.keys(expected).map((name) => {
    const value: unknown = Reflect.get(layer, name === 'class' ? 'className' : libraryName(name));
    if (value === undefined) throw new Error(`${layer.className} has no ${libraryName(name)} (${name})`);
    return [name, encodeResult(value)] as const;
  });
  return Object.fromEntries(entries);
}
