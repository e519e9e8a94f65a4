// Events to time steps by a clock that counts from time 0: an event at time x belongs to step
// `trunc((x + dt / 1000) / dt)`. One in the last thousandth of an evolution therefore belongs to the step after it, and
// waits for the next evolution. (`binEvents` counts from the start of the evolution, and drops such events.)
import type { TSEvent } from '@rp/timeseries';
import { fail } from './error.ts';
import { eventInput } from './event-input.ts';
import type { PreparedRun } from './program-layer.ts';

/** What is asked of the layer: its clock in steps, its time step in seconds, its number of input channels. */
interface ClockedLayer {
  readonly timestep: number;
  readonly dt: number;
  readonly sizeIn: number;
}

/** The input of a layer from evolution to evolution. */
export class ClockedEvents {
  /** Channels of events that belong to the next step, one entry each. */
  private waiting: Int32Array = new Int32Array(0);

  /**
   * The input `events` of an evolution: those of the series, and those that waited for it; several on a channel in a
   * step add up. Call `onDone` once the evolution has succeeded.
   * @throws ValueError for an event on a channel that the layer doesn't have.
   */
  prepare(input: TSEvent | null | undefined, layer: ClockedLayer, numTimesteps: number): PreparedRun {
    const nothing = !input && this.waiting.length === 0;
    // Without a step there is nothing that what waits could belong to.
    if (nothing || numTimesteps === 0) return { inputs: {}, numTimesteps };
    const { steps, channels } = stepsOf(input, layer, numTimesteps);
    const inside = steps.filter((step) => step < numTimesteps).length;
    const all = {
      steps: joined(new Int32Array(this.waiting.length), steps.subarray(0, inside)),
      channels: joined(this.waiting, channels.subarray(0, inside)),
    };
    return {
      inputs: { events: eventInput(all, numTimesteps, layer.sizeIn, true) },
      numTimesteps,
      onDone: () => {
        this.waiting = channels.slice(inside);
      },
    };
  }

  /** Nothing waits any more. */
  clear(): void {
    this.waiting = new Int32Array(0);
  }
}

/** Steps count from the start of the evolution. */
function stepsOf(
  input: TSEvent | null | undefined,
  { timestep: firstStep, dt, sizeIn }: ClockedLayer,
  numTimesteps: number,
) {
  const window = { tStart: firstStep * dt, tStop: (firstStep + numTimesteps) * dt };
  const { times, channels } = input?.call(window) ?? { times: [], channels: new Int32Array(0) };
  const surplus = channels.find((channel) => channel >= sizeIn);
  if (surplus !== undefined) {
    throw fail(
      'ValueError',
      'event-channel',
      `the input has an event on channel ${surplus}, but the layer has ${sizeIn} input channels (0 to ${sizeIn - 1})`,
    );
  }
  return {
    steps: Int32Array.from(times, (time) => Math.trunc((time + 1e-3 * dt) / dt) - firstStep),
    channels,
  };
}

function joined(first: Int32Array, second: Int32Array): Int32Array {
  const all = new Int32Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}
