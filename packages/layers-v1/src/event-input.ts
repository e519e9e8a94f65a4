// Binned events as the sparse input of a program.
import type { EventList } from '@rp/dynamics';
import type { StepEvents } from './prepare-input.ts';

/**
 * One row per step; several events of a channel in a step count as one, or add up.
 * @param events in order of their steps.
 */
export function eventInput(
  { steps, channels }: StepEvents,
  numTimesteps: number,
  addEvents: boolean,
): EventList {
  const offsets = new Uint32Array(numTimesteps + 1);
  const units: number[] = [];
  const counts: number[] = [];
  let next = 0;
  for (let step = 0; step < numTimesteps; step++) {
    const first = next;
    while (next < steps.length && steps[next] === step) next++;
    if (next === first) {
      offsets[step + 1] = units.length;
      continue;
    }
    // Typed arrays sort by number.
    for (const channel of channels.slice(first, next).sort()) {
      if (units.length > offsets[step]! && units.at(-1) === channel) {
        if (addEvents) counts[counts.length - 1]!++;
      } else {
        units.push(channel);
        counts.push(1);
      }
    }
    offsets[step + 1] = units.length;
  }
  return { offsets, units: Int32Array.from(units), counts: Float64Array.from(counts) };
}
