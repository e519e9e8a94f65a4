// Integrate-and-fire layers that step by forward Euler: the old torch family of the reference. Events act in the time
// step that they fall into, spikes on the next one. Spikes are given out at the end of their time step, except those of
// the last step of an evolution: a series of events cannot hold one at its end, so these lie at the start of the step.
import type { RunResult } from '@rp/dynamics';
import type { TimeSeries } from '@rp/timeseries';
import { IAFLayer, type IAFOptions, type IAFTraits } from './iaf-layer.ts';
import { numberOf, roundHalfToEven } from './numbers.ts';
import { eventSeries, type LayerBindings, type Span } from './program-layer.ts';

/** What the layers with refractoriness take in addition. */
export interface RefractoryOptions {
  /** Seconds after a spike during which the voltage stands still, rounded to whole time steps. Default 0. */
  readonly refractory?: number | undefined;
}

export abstract class TorchIAFLayer extends IAFLayer {
  private ownRefractory = 0;

  constructor(options: IAFOptions, own: Pick<IAFTraits, 'weights' | 'bias' | 'synapses'>) {
    super(options, { ...own, initial: 'vReset', refractoriness: { state: 'stepsToWait', none: 0 } });
  }

  /** Seconds after a spike during which the voltage stands still; in the layers that have it. */
  protected get refractoryTime(): number {
    return this.ownRefractory;
  }

  protected set refractoryTime(value: number) {
    this.ownRefractory = numberOf(value, 'refractory');
  }

  protected override neuronBindings(): Omit<LayerBindings, 'dims'> {
    const { params, state } = super.neuronBindings();
    const refractorySteps = roundHalfToEven(this.refractoryTime / this.dt);
    return { params: { ...params, refractorySteps }, state };
  }

  /** Spikes lie at the end of the time step in which they are found; those of the last step at its start. */
  protected override outputSeries({ events }: RunResult, span: Span): TimeSeries {
    const name = `Layer \`${this.name}\` spikes`;
    return eventSeries(events.spikes!, span, { numChannels: this.size, name, phase: 1 });
  }
}
