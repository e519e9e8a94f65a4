// A series as CSV text. Only times and values: range, name and all else are not part of it.
import { dsvFormat } from 'd3-dsv';
import { fail } from '../error.ts';
import type { TSContinuous } from '../ts-continuous.ts';
import { TSEvent } from '../ts-event.ts';
import { exactText } from './number-fields.ts';

export interface ToCsvOptions {
  /** What separates fields: one character. Default: a comma. */
  readonly delimiter?: string | undefined;
}

export interface ContinuousToCsvOptions extends ToCsvOptions {
  /** A name for each channel, all different and none of them `time`. Default: `ch0`, `ch1`, … */
  readonly channelNames?: readonly string[] | undefined;
}

/**
 * The CSV text of a series, one line per time point, with line feeds. Continuous series have the columns
 * `time,ch0,ch1,…`; event series `time,channel`. Numbers have the digits that give the same double again;
 * others are `NaN`, `Infinity`, `-Infinity`.
 * @throws ValueError for names or a delimiter that don't fit.
 */
export function toCSV(series: TSContinuous, options?: ContinuousToCsvOptions): string;
export function toCSV(series: TSEvent, options?: ToCsvOptions): string;
export function toCSV(series: TSContinuous | TSEvent, options: ContinuousToCsvOptions = {}): string {
  const format = formatOf(options.delimiter);
  const header =
    series instanceof TSEvent
      ? ['time', 'channel']
      : ['time', ...checkedNames(options.channelNames, series.numChannels)];
  const lines = [format.formatRow(header)];
  for (const [time, value] of series) {
    const fields = typeof value === 'number' ? [time, value] : [time, ...value];
    lines.push(fields.map(exactText).join(options.delimiter ?? ','));
  }
  return `${lines.join('\n')}\n`;
}

/** @throws ValueError for a delimiter that would be taken for something else. */
export function formatOf(delimiter = ','): ReturnType<typeof dsvFormat> {
  if (delimiter.length === 1 && !/[\s\w"+.-]/.test(delimiter.replace('\t', ','))) return dsvFormat(delimiter);
  throw fail(
    'ValueError',
    'csv-delimiter',
    `a delimiter is one character that is part of no number or name, such as , or ; got ${JSON.stringify(delimiter)}`,
  );
}

function checkedNames(names: readonly string[] | undefined, count: number): readonly string[] {
  if (names === undefined) return Array.from({ length: count }, (_, c) => `ch${c}`);
  if (names.length === count && new Set(['time', ...names]).size === count + 1) return names;
  throw fail(
    'ValueError',
    'csv-names',
    `${count} channels need ${count} different names other than "time", got [${names.join(', ')}]`,
  );
}
