import { expect, it } from 'vitest';
import type { ColumnData } from '../../../src/read/index.ts';
import { type NumberStatistics, NumberSummary } from '../../../src/read/statistics/numbers.ts';

function summaryOf(...batches: (readonly number[])[]): NumberStatistics {
  const summary = new NumberSummary({ isWhole: false, isWide: false, bins: 16 });
  for (const batch of batches) {
    summary.add({ values: Float64Array.from(batch), nulls: 0 } as unknown as ColumnData);
  }
  return summary.finish();
}

it('keeps the digits of times since 1970', () => {
  const times = Array.from({ length: 12_000 }, (_, i) => 1_700_000_000 + i / 8);
  const { mean, standardDeviation } = summaryOf(times.slice(0, 5000), times.slice(5000));
  // Of 0, 1, ..., n - 1: the variance is n (n + 1) / 12.
  const wanted = Math.sqrt((12_000 * 12_001) / 12) / 8;
  expect(Math.abs(standardDeviation! - wanted) / wanted).toBeLessThan(1e-13);
  expect(mean).toBe(1_700_000_000 + 11_999 / 16);
});

it('takes doubles of any size', () => {
  expect(summaryOf([1e308], [1e308, 1e308])).toMatchObject({
    mean: 1e308,
    standardDeviation: 0,
    least: 1e308,
  });
  expect(summaryOf([5e-324, 5e-324])).toMatchObject({ least: 5e-324, greatest: 5e-324 });
});

it('is infinite or no number with infinities, and counts them in no interval', () => {
  const inf = Number.POSITIVE_INFINITY;
  expect(summaryOf([1, inf])).toMatchObject({
    least: 1,
    greatest: inf,
    mean: inf,
    standardDeviation: Number.NaN,
  });
  expect(summaryOf([inf], [-inf])).toMatchObject({ least: -inf, mean: Number.NaN, histogram: null });
  expect(summaryOf([-inf, 2, 2]).histogram!.counts).toEqual([2]);
  expect(summaryOf([Number.NaN])).toMatchObject({
    nans: 1,
    least: null,
    mean: null,
    standardDeviation: null,
  });
});
