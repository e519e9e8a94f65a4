// Random series for property tests. Times are multiples of 1/64, so that sums and differences are exact.
import { type NdArray, toNdArray } from '@rp/ndarray';
import fc from 'fast-check';
import { type InterpKind, TSContinuous, TSEvent } from '../src/index.ts';

/** Sorted distinct dyadic times. */
export const times = (minLength = 1, maxLength = 12) =>
  fc
    .uniqueArray(fc.integer({ min: -640, max: 640 }), { minLength, maxLength })
    .map((numbers) => numbers.sort((a, b) => a - b).map((n) => n / 64));

const dyadic = fc.integer({ min: -1024, max: 1024 }).map((n) => n / 32);

/** A dyadic distance that is not negative. */
export const gap = fc.integer({ min: 0, max: 128 }).map((n) => n / 64);

export const anyShift = fc.integer({ min: -1000, max: 1000 }).map((n) => n / 64);

export const plainKinds: readonly InterpKind[] = ['previous', 'next', 'linear', 'nearest', 'nearest-up'];

/** A continuous series of 1 to 3 channels. */
export const continuous = (kinds: readonly InterpKind[] = plainKinds, numChannels?: number) =>
  fc
    .tuple(times(), numChannels ? fc.constant(numChannels) : fc.integer({ min: 1, max: 3 }), gap, gap)
    .chain(([t, channels, before, after]) =>
      fc
        .tuple(
          fc.array(dyadic, { minLength: t.length * channels, maxLength: t.length * channels }),
          fc.constantFrom(...kinds),
        )
        .map(
          ([data, interpKind]) =>
            new TSContinuous({
              times: t,
              samples: { data: Float64Array.from(data), shape: [t.length, channels] },
              tStart: t[0]! - before,
              tStop: t[t.length - 1]! + after,
              interpKind,
            }),
        ),
    );

/** An event series of up to 4 channels, with simultaneous events. */
export const events = (minLength = 0) =>
  fc
    .tuple(
      fc.array(fc.tuple(fc.integer({ min: -640, max: 640 }), fc.integer({ min: 0, max: 3 })), {
        minLength,
        maxLength: 20,
      }),
      gap,
      gap,
    )
    .map(([pairs, before, after]) => {
      pairs.sort(([a], [b]) => a - b);
      const t = pairs.map(([n]) => n / 64);
      return new TSEvent({
        times: t,
        channels: pairs.map(([, channel]) => channel),
        numChannels: 4,
        tStart: (t[0] ?? 0) - before,
        tStop: (t[t.length - 1] ?? 0) + after + 1 / 64,
      });
    });

/** A raster of counts. */
export const raster = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 4 }))
  .chain(([rows, columns]) =>
    fc.array(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: columns, maxLength: columns }), {
      minLength: rows,
      maxLength: rows,
    }),
  )
  .map((nested) => toNdArray(nested));

/** The content of a series as plain values, for comparison. */
export function content(series: TSContinuous | TSEvent) {
  const values =
    series instanceof TSContinuous
      ? { samples: [...series.samples.data], numChannels: series.numChannels }
      : { channels: [...series.channels], numChannels: series.numChannels };
  const { tStart, tStop, name, periodic } = series;
  return { times: [...series.times], tStart, tStop, name, periodic, ...values };
}

export const plain = ({ data, shape }: NdArray) => ({ data: [...data], shape: [...shape] });
