// A chain of three layers, as the balanced networks are built: weighted input, a reservoir of spiking neurons, and synapses
// that read its spikes.
import { connectModules, GraphHolder } from '@rp/graph';
import type { TimeSeries, TSContinuous, TSEvent } from '@rp/timeseries';
import type { BackStepEvolveOptions, BackStepLayer } from './back-step-layer.ts';
import { fail } from './error.ts';
import type { FFExpSyn } from './ff-exp-syn.ts';
import type { PassThrough } from './pass-through.ts';
import type { ProgramOptions } from './program-layer.ts';
import { stepCount } from './step-count.ts';

/** What every layer of the network has given out. */
export interface NetworkSignals {
  /** The weighted input. */
  readonly input: TSContinuous;
  /** The spikes of the reservoir. */
  readonly reservoir: TSEvent;
  /** What is read from them. */
  readonly output: TSContinuous;
}

export type NetworkEvolveOptions = Pick<
  BackStepEvolveOptions,
  'duration' | 'numTimesteps' | 'minDelta' | 'signal'
>;

export interface NetworkLayers<Reservoir extends BackStepLayer> {
  readonly input: PassThrough;
  readonly reservoir: Reservoir;
  readonly output: FFExpSyn;
}

export class LayerNetwork<Reservoir extends BackStepLayer> implements AsyncDisposable {
  readonly input: PassThrough;
  readonly reservoir: Reservoir;
  readonly output: FFExpSyn;

  /** Layers whose sizes fit each other, all at one time. */
  constructor({ input, reservoir, output }: NetworkLayers<Reservoir>) {
    const chain = [input.size, reservoir.sizeIn, reservoir.sizeOut, output.sizeIn];
    if (chain[0] !== chain[1] || chain[2] !== chain[3]) {
      throw fail(
        'ValueError',
        'network-sizes',
        `the layers don't fit: ${input.name} gives ${chain[0]} channels, ${reservoir.name} takes ${chain[1]} and gives ${chain[2]}, ${output.name} takes ${chain[3]}`,
      );
    }
    this.input = input;
    this.reservoir = reservoir;
    this.output = output;
  }

  /** The layers, in the order of the signals. */
  get layers(): readonly [PassThrough, Reservoir, FFExpSyn] {
    return [this.input, this.reservoir, this.output];
  }

  /** Seconds per time step. */
  get dt(): number {
    return this.reservoir.dt;
  }

  /** The network's time in seconds. */
  get t(): number {
    return this.reservoir.t;
  }

  /**
   * Evolves all layers by the same time, each with what the one before has given out.
   * If it fails or is aborted, all layers are as they were before.
   * @throws as `evolve` of the layers does.
   */
  async evolve(tsInput?: TimeSeries | null, options: NetworkEvolveOptions = {}): Promise<NetworkSignals> {
    const { duration, numTimesteps, ...others } = options;
    const steps = stepCount(tsInput, { duration, numTimesteps }, this);
    const { signal } = others;
    const undo = [remembered(this.input), this.reservoir.remembered()];
    try {
      const input = await this.input.evolve(tsInput, { numTimesteps: steps, signal });
      const reservoir = await this.reservoir.evolve(input, { numTimesteps: steps, ...others });
      const perStep = Math.round(this.dt / this.output.dt);
      const output = await this.output.evolve(reservoir, { numTimesteps: steps * perStep, signal });
      return { input, reservoir, output };
    } catch (error) {
      for (const restore of undo) restore();
      throw error;
    }
  }

  /** Sets the clocks of all layers to zero. */
  resetTime(): void {
    for (const layer of this.layers) layer.resetTime();
  }

  /** Resets the states of all layers. */
  resetState(): void {
    for (const layer of this.layers) layer.resetState();
  }

  /** Resets the clocks and the states. */
  resetAll(): void {
    this.resetTime();
    this.resetState();
  }

  /** The layers' graphs, one after the other. */
  asGraph(): GraphHolder {
    const graphs = this.layers.map((layer) => layer.asGraph());
    for (let k = 1; k < graphs.length; k++) connectModules(graphs[k - 1]!, graphs[k]!);
    return new GraphHolder({
      inputNodes: graphs[0]!.inputNodes,
      outputNodes: graphs.at(-1)!.outputNodes,
      name: this.constructor.name,
      computationalModule: this,
    });
  }

  /** Moves all layers to another backend. */
  async to(backend: NonNullable<ProgramOptions['backend']>, dtype?: ProgramOptions['dtype']): Promise<this> {
    for (const layer of this.layers) await layer.to(backend, dtype);
    return this;
  }

  /** Closes the sessions of all layers. */
  async dispose(): Promise<void> {
    for (const layer of this.layers) await layer.dispose();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }
}

/** Brings the layer back to where it is now. */
function remembered(layer: PassThrough): () => void {
  const { timestep, state, buffer } = layer;
  return () => {
    layer.timestep = timestep;
    layer.state = state;
    if (buffer !== null) layer.buffer = buffer;
  };
}
