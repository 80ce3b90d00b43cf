import { expect, it } from 'vitest';
import { type Histogram, HistogramBuilder } from '../../../src/read/statistics/histogram.ts';
import fc from '../../support/fast-check.ts';

const finite = fc.oneof(
  fc.double({ noNaN: true, min: -1e307, max: 1e307 }),
  fc.integer({ min: -1000, max: 1000 }),
  fc.constantFrom(0, -0, 5e-324, -5e-324, 1e307, -1e307, 2 ** 53 + 2, 1 + 2 ** -52),
);
const most = fc.integer({ min: 4, max: 40 });

function histogramOf(
  batches: readonly (readonly number[])[],
  bins: number,
  isWhole = false,
): Histogram | null {
  const builder = new HistogramBuilder(bins, isWhole);
  for (const batch of batches) {
    if (batch.length === 0) continue;
    builder.cover(Math.min(...batch), Math.max(...batch));
    for (const value of batch) builder.add(value);
  }
  return builder.finish();
}

it('counts every value in the interval that holds it', () => {
  fc.assert(
    fc.property(fc.array(finite, { minLength: 1 }), most, (values, bins) => {
      const { start, width, counts } = histogramOf([values], bins)!;
      expect(counts.length).toBeLessThanOrEqual(bins);
      const first = start / width;
      // A tiny negative number divided by a width may become -0.
      const numberOf = (value: number) =>
        value < 0 ? Math.min(-1, Math.floor(value / width)) : Math.floor(value / width);
      const wanted = counts.map((_, i) => values.filter((value) => numberOf(value) === first + i).length);
      expect(counts).toEqual(wanted);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(values.length);
    }),
  );
});

it('is the same in whichever order and batches values come', () => {
  fc.assert(
    fc.property(fc.array(fc.array(finite)), most, fc.boolean(), (batches, bins, reversed) => {
      const values = batches.flat();
      if (reversed) values.reverse();
      expect(histogramOf(batches, bins)).toEqual(histogramOf(values.length === 0 ? [] : [values], bins));
      expect(histogramOf(batches, bins)).toEqual(
        histogramOf(
          values.map((value) => [value]),
          bins,
        ),
      );
    }),
  );
});

it('fills about half of the intervals or more', () => {
  const { counts } = histogramOf([Array.from({ length: 1000 }, (_, i) => i / 7)], 16)!;
  expect(counts.length).toBeGreaterThan(7);
});

it('gives each integer an interval of its own where there are few', () => {
  expect(histogramOf([[3, 3, 5]], 16, true)).toEqual({ start: 3, width: 1, counts: [2, 0, 1] });
});
