// Two lists of events, one by one.
import type { TSEvent } from '@rp/timeseries';

export interface Comparison {
  readonly equal: number;
  readonly total: number;
  /** The first difference, or none. */
  readonly difference: string | undefined;
}

/** Events are equal if they have the same channel and, within a nanosecond, the same time. */
export function compareEvents(events: TSEvent, reference: TSEvent): Comparison {
  const total = Math.max(events.length, reference.length);
  let equal = 0;
  let difference: string | undefined;
  for (let place = 0; place < total; place++) {
    const same =
      events.channels[place] === reference.channels[place] &&
      Math.abs((events.times[place] ?? Number.NaN) - (reference.times[place] ?? Number.NaN)) <= 1e-9;
    if (same) equal++;
    else {
      const show = (series: TSEvent) =>
        place < series.length ? `channel ${series.channels[place]} at ${series.times[place]} s` : 'nothing';
      difference ??= `event ${place} is ${show(events)}, the reference has ${show(reference)}`;
    }
  }
  return { equal, total, difference };
}
