// A series from CSV text. Every row must have all fields, and every field must be a number.
import { fail } from '../error.ts';
import { handOver } from '../ownership.ts';
import { TSContinuous } from '../ts-continuous.ts';
import type { TSContinuousOptions } from '../ts-continuous-options.ts';
import { TSEvent } from '../ts-event.ts';
import type { TSEventOptions } from '../ts-event-options.ts';
import { numberIn } from './number-fields.ts';
import { formatOf } from './to-csv.ts';

interface CsvText {
  /** What separates fields: one character. Default: a comma. */
  readonly delimiter?: string | undefined;
  /** What error messages call the text. Default: `the CSV text`. */
  readonly label?: string | undefined;
}

/** Besides what is in the text, everything that a continuous series can be made with. */
export interface ContinuousFromCsvOptions
  extends CsvText,
    Omit<TSContinuousOptions, 'times' | 'samples' | 'numChannels'> {
  readonly type: 'TSContinuous';
}

/** Besides what is in the text, everything that an event series can be made with; `tStop` if there are events. */
export interface EventsFromCsvOptions extends CsvText, Omit<TSEventOptions, 'times' | 'channels'> {
  readonly type: 'TSEvent';
}

/**
 * The series in a CSV text: a header whose first column is `time`, then one line for each time point. Of a
 * continuous series every further column is a channel (an empty field is NaN); an event series has `channel`.
 *
 * The range, the name and the like are not in the text: give them as options, as for `new`.
 * @throws ValueError for a damaged text, with the line and the column; and all that `new` throws.
 */
export function fromCSV(text: string, options: EventsFromCsvOptions): TSEvent;
export function fromCSV(text: string, options: ContinuousFromCsvOptions): TSContinuous;
export function fromCSV(
  text: string,
  options: ContinuousFromCsvOptions | EventsFromCsvOptions,
): TSContinuous | TSEvent {
  const { delimiter, label = 'the CSV text', ...rest } = options;
  const { times, values, names } = tableIn(text, delimiter, label);
  if (rest.type === 'TSContinuous') {
    const samples = { data: handOver(values), shape: [times.length, names.length] };
    return new TSContinuous({ ...rest, times: handOver(times), samples });
  }
  if (names.length !== 1 || names[0]?.trim().toLowerCase() !== 'channel') {
    throw damaged(label, `events have the columns time and channel, got time, ${names.join(', ')}`);
  }
  const fraction = values.findIndex((channel) => !Number.isInteger(channel));
  if (fraction >= 0)
    throw damaged(label, `event ${fraction} has channel ${values[fraction]}, which is no whole number`);
  return new TSEvent({ ...rest, times: handOver(times), channels: values });
}

interface Table {
  readonly times: Float64Array;
  /** Row-major, one row of `names.length` for each time. */
  readonly values: Float64Array;
  readonly names: readonly string[];
}

function tableIn(text: string, delimiter: string | undefined, label: string): Table {
  if (typeof text !== 'string')
    throw fail('TypeError', 'csv-text', `fromCSV needs a text, got ${typeof text}`);
  if ((text.split('"').length - 1) % 2 === 1) throw damaged(label, 'a quotation mark is never closed');
  const lines = formatOf(delimiter).parseRows(text.replace(/^\uFEFF/, ''));
  const [first, ...names] = lines[0] ?? [];
  if (first?.trim().toLowerCase() !== 'time') {
    throw damaged(
      label,
      `the first line must name the columns, starting with time; got ${JSON.stringify(first ?? '')}`,
    );
  }
  const rows = lines.slice(1).filter((line) => names.length === 0 || line.length > 1 || line[0] !== '');
  const times = new Float64Array(rows.length);
  const values = new Float64Array(rows.length * names.length);
  rows.forEach((fields, row) => {
    if (fields.length !== names.length + 1) {
      throw damaged(
        label,
        `row ${row + 1} after the header has ${fields.length} fields, the header ${names.length + 1}`,
      );
    }
    const numbers = fields.map((field, column) =>
      checkedNumber(field, row, column === 0 ? 'time' : names[column - 1]!, label),
    );
    times[row] = numbers[0]!;
    for (let column = 0; column < names.length; column++)
      values[row * names.length + column] = numbers[column + 1]!;
  });
  return { times, values, names };
}

function checkedNumber(field: string, row: number, column: string, label: string): number {
  const number = numberIn(field);
  if (number !== undefined && (column !== 'time' || field.trim() !== '')) return number;
  throw damaged(
    label,
    `row ${row + 1} after the header has ${JSON.stringify(field)} as ${column}, which is no number`,
  );
}

function damaged(label: string, reason: string): Error {
  return fail('ValueError', 'csv', `${label} cannot be read: ${reason}`);
}
