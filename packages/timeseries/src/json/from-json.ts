// A series from its JSON form. What comes from a file may be anything, so every member is checked.
import { isRpError } from '@rp/errors';
import { sizeOf } from '@rp/ndarray';
import { describe, fail } from '../error.ts';
import type { FillLevel, FillValue } from '../fill-value.ts';
import { nextUp } from '../float-rules.ts';
import type { InterpKind } from '../interpolation/kinds.ts';
import { handOver } from '../ownership.ts';
import type { SeriesTypeName, TimeSeries } from '../time-series.ts';
import { TSContinuous } from '../ts-continuous.ts';
import { TSEvent } from '../ts-event.ts';
import { fromJsonNumber } from './json-number.ts';
import { type ContinuousJson, type EventsJson, FORMAT, VERSION } from './schema.ts';

export interface FromJsonOptions {
  /** The class that must be there. Default: either. */
  readonly expectedType?: SeriesTypeName | null | undefined;
}

/**
 * The series of what `toJSON` gave, or of its text: all members with the same bits, units and fill value included.
 * @throws ValueError for other text and for missing or wrong members; TypeError for another class than expected.
 */
export function fromJSON(json: ContinuousJson, options?: FromJsonOptions): TSContinuous;
export function fromJSON(json: EventsJson, options?: FromJsonOptions): TSEvent;
export function fromJSON(json: unknown, options?: FromJsonOptions): TSContinuous | TSEvent;
export function fromJSON(json: unknown, options: FromJsonOptions = {}): TSContinuous | TSEvent {
  const members = new Members(typeof json === 'string' ? parsed(json) : json);
  if (members.value('format') !== FORMAT) throw damaged(`it is not in the format "${FORMAT}"`);
  if (members.value('version') !== VERSION) {
    throw damaged(`its version is ${describe(members.value('version'))}, and this program reads ${VERSION}`);
  }
  const type = members.value('type');
  const expected = options.expectedType ?? type;
  if (type !== expected)
    throw fail('TypeError', 'json-type', `a ${expected} was expected, got a ${describe(type)}`);
  const series =
    type === 'TSContinuous' ? continuousFrom(members) : type === 'TSEvent' ? eventsFrom(members) : null;
  if (series === null) throw damaged(`its type is ${describe(type)}, not TSContinuous or TSEvent`);
  return withTrials(series, members);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw damaged('it is not JSON', error);
  }
}

function damaged(reason: string, cause?: unknown): Error {
  return fail('ValueError', 'json', `the JSON of a series cannot be read: ${reason}`, { cause });
}

/** The members of an object, each checked for what it must be. */
class Members {
  private readonly members: Readonly<Record<string, unknown>>;

  constructor(json: unknown) {
    if (typeof json !== 'object' || json === null) throw damaged(`expected an object, got ${describe(json)}`);
    this.members = json as Readonly<Record<string, unknown>>;
  }

  value(name: string): unknown {
    return Object.hasOwn(this.members, name) ? this.members[name] : undefined;
  }

  number(name: string): number {
    return fromJsonNumber(this.value(name)) ?? this.refuse(name, 'a number');
  }

  numbers(name: string): Float64Array {
    const list = this.value(name);
    if (!Array.isArray(list)) return this.refuse(name, 'a list of numbers');
    return Float64Array.from(
      list,
      (item, i) => fromJsonNumber(item) ?? this.refuse(`${name}[${i}]`, 'a number', item),
    );
  }

  truth(name: string): boolean {
    const value = this.value(name);
    return typeof value === 'boolean' ? value : this.refuse(name, 'true or false');
  }

  text(name: string): string {
    const value = this.value(name);
    return typeof value === 'string' ? value : this.refuse(name, 'a text');
  }

  refuse(name: string, wanted: string, got: unknown = this.value(name)): never {
    throw damaged(`"${name}" must be ${wanted}, got ${describe(got)}`);
  }
}

function commonOptions(members: Members) {
  return {
    name: members.text('name'),
    periodic: members.truth('periodic'),
    tStart: members.value('tStart') === null ? null : members.number('tStart'),
    tStop: members.number('tStop'),
    times: handOver(members.numbers('times')),
  };
}

function continuousFrom(members: Members): TSContinuous {
  const options = commonOptions(members);
  const shape = [options.times.length, members.number('numChannels')];
  const units = members.value('units');
  if (units !== null && typeof units !== 'string') members.refuse('units', 'a text or null');
  const series = made(() => {
    return new TSContinuous({
      ...options,
      samples: { data: handOver(members.numbers('samples')), shape },
      units: units as string | null,
      interpKind: members.text('interpKind') as InterpKind,
      fillValue: fillFrom(members),
    });
  });
  series.beyondRangeException = members.truth('beyondRangeException');
  series.approxLimitTimes = members.truth('approxLimitTimes');
  return series;
}

function eventsFrom(members: Members): TSEvent {
  const { tStop, ...options } = commonOptions(members);
  // Shifting a series can round its stop onto the last event, which `new` would refuse. It is put back below.
  const last = options.times[options.times.length - 1] ?? Number.NEGATIVE_INFINITY;
  const isRounded = tStop === last && Number.isFinite(last);
  const series = made(() => {
    const numChannels = members.number('numChannels');
    const channels = members.numbers('channels');
    if (channels.length !== options.times.length)
      members.refuse('channels', `a list of ${options.times.length} channels`);
    return new TSEvent({ ...options, tStop: isRounded ? nextUp(last) : tStop, channels, numChannels });
  });
  return Object.assign(series, { stopTime: tStop });
}

/** What a constructor refuses is said to be in the JSON. */
function made<S>(make: () => S): S {
  try {
    return make();
  } catch (error) {
    if (!isRpError(error) || error.code === 'json') throw error;
    throw damaged(error.message.replace(/^\[rp:timeseries\] /, ''), error);
  }
}

function fillFrom(members: Members): FillValue {
  const fill = members.value('fillValue');
  if (fill === 'extrapolate') return fill;
  if (typeof fill !== 'object' || fill === null || Array.isArray(fill)) return levelFrom(fill, members);
  const { below, above } = fill as { readonly below?: unknown; readonly above?: unknown };
  return { below: levelFrom(below, members), above: levelFrom(above, members) };
}

function levelFrom(level: unknown, members: Members): FillLevel {
  const wanted = 'a number, a list of numbers, { below, above } of them, or "extrapolate"';
  const checked = (item: unknown) => fromJsonNumber(item) ?? members.refuse('fillValue', wanted);
  return Array.isArray(level) ? level.map(checked) : checked(level);
}

function withTrials<S extends TimeSeries>(series: S, members: Members): S {
  const trials = members.value('trialStartTimes');
  if (trials === undefined) return series;
  const inner = new Members(trials);
  const data = inner.numbers('data');
  const shape = Array.from(inner.numbers('shape'));
  if (sizeOf(shape) !== data.length) inner.refuse('shape', `one of ${data.length} elements`, shape);
  series.trialStartTimes = shape.length === 1 ? data : { data, shape };
  return series;
}
