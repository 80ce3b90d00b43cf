import { expect, it } from 'vitest';
import { Moments } from '../../../src/read/statistics/moments.ts';
import { Sum } from '../../../src/read/statistics/sum.ts';
import fc from '../../support/fast-check.ts';

const integers = fc.array(fc.array(fc.integer({ min: -1_000_000, max: 1_000_000 })), { minLength: 1 });

function momentsOf(batches: readonly (readonly number[])[], offset = 0): Moments {
  const all = new Moments();
  for (const batch of batches) {
    const part = new Moments();
    for (const value of batch) part.add(value + offset);
    all.join(part);
  }
  return all;
}

/** Of integers, in exact arithmetic: n times the sum of the squares less the square of the sum, by n (n - 1). */
function exactDeviation(values: readonly number[]): number {
  const wide = values.map(BigInt);
  const n = BigInt(wide.length);
  const sum = wide.reduce((a, b) => a + b, 0n);
  const squares = wide.reduce((a, b) => a + b * b, 0n);
  return Math.sqrt(Number(n * squares - sum * sum) / Number(n * (n - 1n)));
}

it('gives mean and deviation of exact arithmetic, however far from zero the values are', () => {
  fc.assert(
    fc.property(integers, fc.constantFrom(0, 2 ** 31), (batches, offset) => {
      const values = batches.flat();
      fc.pre(values.length > 1);
      const moments = momentsOf(batches, offset);
      const mean = Number(values.reduce((a, b) => a + BigInt(b), 0n)) / values.length;
      // An ulp of what is added is what cannot be told apart.
      expect(Math.abs(moments.mean - offset - mean)).toBeLessThanOrEqual(1e-9 + offset * 2 ** -50);
      const deviation = exactDeviation(values);
      expect(Math.abs(moments.standardDeviation! - deviation)).toBeLessThanOrEqual(deviation * 1e-6 + 1e-9);
    }),
  );
});

it('has no deviation of one value', () => {
  expect(momentsOf([[3]]).standardDeviation).toBeNull();
});

it('loses nothing of small terms beside large ones', () => {
  const sum = new Sum();
  for (const value of [1, 1e100, 1, -1e100]) sum.add(value);
  expect(sum.value).toBe(2);
});
