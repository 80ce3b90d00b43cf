import { describe, expect, test } from 'vitest';
import { fnv1a64, RandomStream, splitMix64 } from '../../worlds/random.ts';

const take = (n: number, next: () => number): number[] => Array.from({ length: n }, next);

describe('published vectors', () => {
  test('xoshiro128** from the state 1, 2, 3, 4', () => {
    const stream = new RandomStream(1, 2, 3, 4);
    expect(take(6, () => stream.nextUint32())).toEqual([11520, 0, 5927040, 70819200, 2031721883, 1637235492]);
  });

  test('SplitMix64 from the seed 1234567', () => {
    const next = splitMix64(1234567n);
    expect([next(), next(), next()]).toEqual([
      6457827717110365317n,
      3203168211198807973n,
      9817491932198370423n,
    ]);
  });

  test('64-bit FNV-1a', () => {
    expect(fnv1a64('')).toBe(0xcbf29ce484222325n);
    expect(fnv1a64('a')).toBe(0xaf63dc4c8601ec8cn);
    expect(fnv1a64('foobar')).toBe(0x85944171f73967e8n);
  });
});

test('a stream is given by its seed and name', () => {
  const draw = (seed: number, name: string) => {
    const stream = RandomStream.named(seed, name);
    return take(50, () => stream.normal());
  };
  expect(draw(42, 'wind')).toEqual(draw(42, 'wind'));
  expect(draw(42, 'wind')).not.toEqual(draw(43, 'wind'));
  expect(draw(42, 'wind')).not.toEqual(draw(42, 'puffs'));
  expect(draw(Number.MAX_SAFE_INTEGER, 'wind')).not.toEqual(draw(0, 'wind'));
});

test('streams of different names are uncorrelated', () => {
  const a = RandomStream.named(1, 'wind');
  const b = RandomStream.named(1, 'puffs');
  const n = 20_000;
  let product = 0;
  for (let i = 0; i < n; i++) product += a.normal() * b.normal();
  // The mean of n such products has standard deviation 1 / sqrt(n).
  expect(Math.abs(product / n)).toBeLessThan(4 / Math.sqrt(n));
});

test('uniform covers its interval evenly', () => {
  const stream = RandomStream.named(5, 'uniform');
  const draws = take(20_000, () => stream.uniform(-2, 6));
  expect(Math.min(...draws)).toBeGreaterThanOrEqual(-2);
  expect(Math.max(...draws)).toBeLessThan(6);
  for (let low = -2; low < 6; low++) {
    const share = draws.filter((x) => x >= low && x < low + 1).length / draws.length;
    expect(share).toBeCloseTo(1 / 8, 1.5);
  }
});

test('normal has the moments of a standard normal', () => {
  const stream = RandomStream.named(5, 'normal');
  const draws = take(50_000, () => stream.normal());
  const moment = (k: number) => draws.reduce((sum, x) => sum + x ** k, 0) / draws.length;
  expect(Math.abs(moment(1))).toBeLessThan(0.02);
  expect(Math.abs(moment(2) - 1)).toBeLessThan(0.03);
  expect(Math.abs(moment(3))).toBeLessThan(0.08);
  expect(Math.abs(moment(4) - 3)).toBeLessThan(0.2);
});
