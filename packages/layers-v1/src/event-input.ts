// Binned events as the sparse input of a program.
import type { EventList } from '@rp/dynamics';
import type { StepEvents } from './prepare-input.ts';

/**
 * One row per step; several events of a channel in a step count as one, or add up.
 * @param events in order of their steps; their channels are below `sizeIn`.
 */
export function eventInput(
  events: StepEvents,
  numTimesteps: number,
  sizeIn: number,
  addEvents: boolean,
): EventList {
  const ends = runningTotals(events.steps, numTimesteps);
  const units = sortedWithinSteps(events, ends, sizeIn);
  const counts = new Float64Array(units.length);
  const offsets = new Uint32Array(numTimesteps + 1);
  let length = 0;
  for (let step = 0; step < numTimesteps; step++) {
    const first = length;
    for (let event = ends[step]!; event < ends[step + 1]!; event++) {
      const unit = units[event]!;
      if (length > first && units[length - 1] === unit) {
        if (addEvents) counts[length - 1]!++;
      } else {
        // What is written over has been read already.
        units[length] = unit;
        counts[length++] = 1;
      }
    }
    offsets[step + 1] = length;
  }
  return { offsets, units: units.subarray(0, length), counts: counts.subarray(0, length) };
}

/** The channels of the events, ascending within each step: sorted by counting, by channel and then back to steps. */
function sortedWithinSteps({ steps, channels }: StepEvents, ends: Uint32Array, sizeIn: number): Int32Array {
  const places = runningTotals(channels, sizeIn);
  const byChannel = new Int32Array(channels.length);
  for (let event = 0; event < channels.length; event++) byChannel[places[channels[event]!]!++] = event;
  const next = ends.slice();
  const sorted = new Int32Array(channels.length);
  for (const event of byChannel) sorted[next[steps[event]!]!++] = channels[event]!;
  return sorted;
}

/** How many numbers are below 0, 1, …, `count`. */
function runningTotals(numbers: Int32Array, count: number): Uint32Array {
  const totals = new Uint32Array(count + 1);
  for (const number of numbers) totals[number + 1]!++;
  for (let number = 0; number < count; number++) totals[number + 1]! += totals[number]!;
  return totals;
}
