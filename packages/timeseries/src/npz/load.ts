// From the members of a file to a series. Files of older versions keep name, class and kind as texts in members
// of their own; newer ones keep them in the names of empty members.
import { isRpError, warn } from '@rp/errors';
import { fail } from '../error.ts';
import type { InterpKind } from '../interpolation/kinds.ts';
import { handOver } from '../ownership.ts';
import type { SeriesTypeName, TimeSeries } from '../time-series.ts';
import { TSContinuous } from '../ts-continuous.ts';
import { TSEvent } from '../ts-event.ts';
import { type Archive, readArchive } from './archive.ts';
import { type NpyArray, type NpyContent, readNpy } from './npy.ts';
import { bytesOf, type NpzSource } from './source.ts';

export interface FromNpzOptions {
  /** The class that the file must hold; also used when the file does not say what it holds. */
  readonly expectedType?: SeriesTypeName | null | undefined;
  /** What error messages call the file. */
  readonly label?: string | undefined;
}

/**
 * The series in the bytes of an `.npz` file.
 * @throws TypeError if the file holds another class; KeyError if something is missing; ValueError if it is damaged.
 */
export function fromNpz(bytes: Uint8Array, options: FromNpzOptions = {}): TSContinuous | TSEvent {
  const { label = 'the given bytes', expectedType } = options;
  const file = new SeriesFile(readArchive(bytes, label), label);
  const type = typeOf(file, expectedType ?? undefined);
  try {
    return type === 'TSContinuous' ? continuousFrom(file) : eventsFrom(file);
  } catch (error) {
    if (!isRpError(error) || error.message.includes(label)) throw error;
    const reason = error.message.replace(/^\[rp:timeseries\] /, '');
    throw fail(error.kind, error.code, `${label} does not hold a valid ${type}: ${reason}`, { cause: error });
  }
}

export async function loadSeries(source: NpzSource, expectedType?: SeriesTypeName): Promise<TimeSeries> {
  const { bytes, label } = await bytesOf(source);
  return fromNpz(bytes, { label, expectedType });
}

export async function loadContinuous(source: NpzSource, expectedType?: unknown): Promise<TSContinuous> {
  refuseExpectedType('TSContinuous', expectedType);
  return (await loadSeries(source, 'TSContinuous')) as TSContinuous;
}

export async function loadEvents(source: NpzSource, expectedType?: unknown): Promise<TSEvent> {
  refuseExpectedType('TSEvent', expectedType);
  return (await loadSeries(source, 'TSEvent')) as TSEvent;
}

function refuseExpectedType(type: SeriesTypeName, expectedType: unknown): void {
  if (expectedType === undefined || expectedType === null) return;
  throw fail(
    'TypeError',
    'expected-type',
    `${type}.load always expects a ${type}; use TimeSeries.load to choose`,
  );
}

/** A file by keys, which are the names of its members without `.npy`. */
class SeriesFile {
  readonly label: string;
  private readonly members: Archive;

  constructor(archive: Archive, label: string) {
    this.members = new Map([...archive].map(([name, read]) => [name.replace(/\.npy$/, ''), read]));
    this.label = label;
  }

  has(key: string): boolean {
    return this.members.has(key);
  }

  /** What the first key with this beginning says after it (and one more character). */
  suffix(beginning: string): string | undefined {
    const key = [...this.members.keys()].find((name) => name.startsWith(beginning));
    return key?.slice(beginning.length + 1);
  }

  private read(key: string): NpyContent {
    const member = this.members.get(key);
    if (member === undefined) {
      throw fail('KeyError', 'npz-member', `${this.label} has no member "${key}"`);
    }
    return readNpy(member(), this.where(key));
  }

  private where(key: string): string {
    return `${this.label}: member "${key}"`;
  }

  numbers(key: string): NpyArray & { readonly values: Float64Array } {
    const content = this.read(key);
    if ('values' in content) return content;
    throw fail('ValueError', 'npz-member', `${this.where(key)} should hold numbers, but holds text`);
  }

  number(key: string): number {
    const { values } = this.numbers(key);
    if (values.length === 1) return values[0]!;
    throw fail(
      'ValueError',
      'npz-member',
      `${this.where(key)} should hold one number, but holds ${values.length}`,
    );
  }

  text(key: string): string {
    const content = this.read(key);
    if ('texts' in content && content.texts.length === 1) return content.texts[0]!;
    throw fail('ValueError', 'npz-member', `${this.where(key)} should hold one text`);
  }
}

function typeOf(file: SeriesFile, expected: SeriesTypeName | undefined): SeriesTypeName {
  const stated = file.has('str_type')
    ? file.text('str_type')
    : file.has('strType')
      ? file.text('strType')
      : file.suffix('type');
  if (stated === undefined && expected !== undefined) {
    warn('timeseries', `${file.label} does not say what it holds; read as ${expected}`);
    return expected;
  }
  if (stated === undefined) {
    throw fail('KeyError', 'npz-type', `${file.label} does not say what it holds; give an expectedType`);
  }
  if (expected !== undefined && stated !== expected) {
    throw fail('TypeError', 'npz-type', `${file.label} holds a ${stated}, not a ${expected}`);
  }
  if (stated === 'TSContinuous' || stated === 'TSEvent') return stated;
  throw fail(
    'TypeError',
    'npz-type',
    `${file.label} holds a ${JSON.stringify(stated)}, which is no kind of series`,
  );
}

function continuousFrom(file: SeriesFile): TSContinuous {
  const kind = file.has('interp_kind') ? file.text('interp_kind') : file.suffix('interp_kind');
  const { values, shape } = file.numbers('samples');
  const series = new TSContinuous({
    ...commonOptions(file),
    samples: { data: handOver(values), shape },
    interpKind: (kind ?? 'linear') as InterpKind,
  });
  return withTrials(series, file);
}

function eventsFrom(file: SeriesFile): TSEvent {
  const { values, shape } = file.numbers('channels');
  const series = new TSEvent({
    ...commonOptions(file),
    channels: { data: values, shape },
    numChannels: file.number('num_channels'),
  });
  return withTrials(series, file);
}

function commonOptions(file: SeriesFile) {
  const times = handOver(file.numbers('times').values);
  const start = file.numbers('t_start');
  // An integer 0 is what is stored for a start that nobody gave.
  const isDefault = times.length === 0 && /^.i\d$/.test(start.dtype) && start.values[0] === 0;
  return {
    times,
    tStart: isDefault ? undefined : file.number('t_start'),
    tStop: file.number('t_stop'),
    periodic: file.number('periodic') !== 0,
    name: file.has('name') ? file.text('name') : file.suffix('name'),
  };
}

function withTrials<S extends TimeSeries>(series: S, file: SeriesFile): S {
  if (!file.has('trial_start_times')) return series;
  const { values, shape } = file.numbers('trial_start_times');
  series.trialStartTimes = shape.length === 1 ? values : { data: values, shape };
  return series;
}
