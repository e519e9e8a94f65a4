// Digital neurons simulated event by event: the earliest one is taken from a priority queue, changes all neurons, and may
// bring new ones. There are no time steps, so this is host code and not a step program; it runs on no backend.
import TinyQueue from 'tinyqueue';
import { castTo, type StateRange } from './state-type.ts';

/** A time in seconds and a channel. */
export type QueuedEvent = readonly [time: number, channel: number];

/** So much later than the end of refractoriness a neuron that is still above its threshold looks again. */
const grace = 1e-10;
/** Only a reason to look again. */
const lookAgain = -1;

/** The constants of the neurons; every array has one element per neuron. */
export interface DigitalNeurons {
  readonly size: number;
  /** `[channels][size]`: what an event of each channel adds. Input, recurrent, and the leak as the last. */
  readonly weights: readonly Float64Array[];
  readonly sizeIn: number;
  readonly vThresh: Float64Array;
  readonly vReset: Float64Array;
  /** What a spike takes off; null where it resets. */
  readonly vSubtract: Float64Array | null;
  /** Where the leak drives the voltage; null where it goes one way. */
  readonly vRest: Float64Array | null;
  readonly refractory: Float64Array;
  readonly delay: number;
  readonly range: StateRange;
}

/** What goes on from evolution to evolution. */
export interface DigitalState {
  readonly v: Float64Array;
  /** When each neuron's refractoriness ends. */
  readonly refractoryUntil: Float64Array;
  /** Events that have not come yet. */
  readonly queue: readonly QueuedEvent[];
}

export interface DigitalRun {
  /** What enters: input events, and those of the leak. */
  readonly events: readonly QueuedEvent[];
  readonly tEnd: number;
  /** Called after each event with its time and all voltages. */
  readonly onEvent?: ((time: number, v: Float64Array) => void) | undefined;
}

export interface DigitalResult {
  readonly state: DigitalState;
  readonly times: readonly number[];
  readonly channels: readonly number[];
}

/** Events in the order of their times, at one time in the order of their channels. */
export function compareEvents([timeA, channelA]: QueuedEvent, [timeB, channelB]: QueuedEvent): number {
  return timeA - timeB || channelA - channelB;
}

/** Does all events before the end, and yields its time after each; what it was given stays as it is. */
export function* simulate(
  neurons: DigitalNeurons,
  before: DigitalState,
  { events, tEnd, onEvent }: DigitalRun,
): Generator<number, DigitalResult> {
  const queue = new TinyQueue([...before.queue, ...events], compareEvents);
  const state = { v: before.v.slice(), refractoryUntil: before.refractoryUntil.slice() };
  const leak = neurons.weights.length - 1;
  const spikes: QueuedEvent[] = [];
  for (;;) {
    const next = queue.peek();
    if (next === undefined || !(next[0] < tEnd || (next[1] === leak && next[0] <= tEnd + grace))) break;
    queue.pop();
    const [time, channel] = next;
    for (const neuron of receive(neurons, state, time, channel)) {
      spikes.push([time, neuron]);
      queue.push([time + neurons.delay, neurons.sizeIn + neuron]);
      if (neurons.vSubtract !== null && state.v[neuron]! >= neurons.vThresh[neuron]!)
        queue.push([time + neurons.refractory[neuron]! + grace, lookAgain]);
    }
    onEvent?.(time, state.v);
    yield time;
  }
  return {
    state: { ...state, queue: queue.data.sort(compareEvents) },
    times: spikes.map(([time]) => time),
    channels: spikes.map(([, neuron]) => neuron),
  };
}

/** Lets an event act on all neurons that aren't refractory; returns those that fire. */
function receive(
  neurons: DigitalNeurons,
  { v, refractoryUntil }: { v: Float64Array; refractoryUntil: Float64Array },
  time: number,
  channel: number,
): number[] {
  const { range, vThresh, vSubtract, vReset, vRest } = neurons;
  const weights = channel === lookAgain ? undefined : neurons.weights[channel]!;
  const isLeak = channel === neurons.weights.length - 1;
  const firing: number[] = [];
  for (let neuron = 0; neuron < neurons.size; neuron++) {
    if (refractoryUntil[neuron]! > time) continue;
    const sign = isLeak && vRest !== null ? Math.sign(v[neuron]! - vRest[neuron]!) : 1;
    if (weights !== undefined) v[neuron] = castTo(range, v[neuron]! + weights[neuron]! * sign);
    if (!(v[neuron]! >= vThresh[neuron]!)) continue;
    v[neuron] = castTo(range, vSubtract === null ? vReset[neuron]! : v[neuron]! - vSubtract[neuron]!);
    refractoryUntil[neuron] = time + neurons.refractory[neuron]!;
    firing.push(neuron);
  }
  return firing;
}

/** The times of leak events within an evolution: whole multiples of `tau`, up to the end. */
export function leakTimes(tStart: number, tEnd: number, tau: number): number[] {
  const first = Math.ceil(tStart / tau) * tau;
  const count = Math.ceil((tEnd - tStart) / tau) + 1;
  const times = Array.from({ length: count }, (_, k) => k * tau + first);
  return times.filter((time) => time > tStart + grace && time <= tEnd + grace);
}
