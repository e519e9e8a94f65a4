import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventInput } from '../src/event-input.ts';

const sizeIn = 5;
const numTimesteps = 6;
const events = fc
  .array(fc.record({ step: fc.nat(numTimesteps - 1), channel: fc.nat(sizeIn - 1) }), { maxLength: 60 })
  .map((list) => list.sort((a, b) => a.step - b.step));

describe('binned events as the input of a program', () => {
  it('are the entries that are not zero of the dense rows, in ascending order of channel', () => {
    fc.assert(
      fc.property(events, fc.boolean(), (list, addEvents) => {
        const rows = Array.from({ length: numTimesteps }, () => new Array<number>(sizeIn).fill(0));
        for (const { step, channel } of list)
          rows[step]![channel] = addEvents ? rows[step]![channel]! + 1 : 1;

        const binned = {
          steps: Int32Array.from(list, ({ step }) => step),
          channels: Int32Array.from(list, ({ channel }) => channel),
        };
        const { offsets, units, counts } = eventInput(binned, numTimesteps, sizeIn, addEvents);

        const entries = rows.map((row) => row.flatMap((count, unit) => (count > 0 ? [[unit, count]] : [])));
        const got = rows.map((_, step) =>
          Array.from({ length: offsets[step + 1]! - offsets[step]! }, (_, k) => {
            const entry = offsets[step]! + k;
            return [units[entry]!, counts[entry]!];
          }),
        );
        expect(got).toEqual(entries);
        expect(offsets[numTimesteps]).toBe(units.length);
      }),
    );
  });
});
