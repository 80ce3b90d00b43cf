import { expect, it } from 'vitest';
import { Histogram } from '../../src/plot/histogram.ts';
import { perPixel, SeriesBuilder, TrajectoryBuilder } from '../../src/plot/points.ts';
import fc from '../support/fast-check.ts';

const MANY = 200_000;

it('keeps every peak of a long series in a few thousand points', () => {
  const builder = new SeriesBuilder();
  for (let i = 0; i < MANY; i++) {
    builder.add(i, i === 77_777 ? 100 : i === 123_456 ? -50 : Math.sin(i / 1000), Number.NaN);
  }
  const { x, y } = builder.points();
  expect(x.length).toBeLessThanOrEqual(4 * 4096);
  expect(y[x.indexOf(77_777)]).toBe(100);
  expect(y[x.indexOf(123_456)]).toBe(-50);
  expect([x[0], x.at(-1)]).toEqual([0, MANY - 1]);
});

it('keeps gaps of a long series', () => {
  const builder = new SeriesBuilder();
  for (let i = 0; i < MANY; i++) builder.add(i, i > 100_000 && i < 150_000 ? Number.NaN : 1, 0);
  const { x, y } = builder.points();
  const gap = x.filter((_, i) => Number.isNaN(y[i]!));
  expect(Math.min(...gap)).toBeGreaterThan(99_900);
  expect(Math.max(...gap)).toBeLessThan(150_100);
});

it('leaves the first, least, greatest and last point of each column of pixels', () => {
  const numbers = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(numbers, fc.integer({ min: 1, max: 20 }), (y, columns) => {
      const all = { x: y.map((_, i) => i), y, colour: y };
      const thin = perPixel(all, 0, y.length, columns);
      expect(thin.x.length).toBeLessThanOrEqual(4 * columns);
      for (let column = 0; column < columns; column++) {
        const inColumn = ({ x, y }: typeof thin) =>
          y.filter((_, i) => Math.floor((x[i]! / all.x.length) * columns) === column);
        const [whole, left] = [inColumn(all), inColumn(thin)];
        if (whole.length === 0) continue;
        expect([left[0], left.at(-1)]).toEqual([whole[0], whole.at(-1)]);
        expect([Math.min(...left), Math.max(...left)]).toEqual([Math.min(...whole), Math.max(...whole)]);
      }
    }),
  );
});

it('is never far from any point of a long way, and ends where it ends', () => {
  const builder = new TrajectoryBuilder();
  const at = (i: number) => [Math.cos(i / 5000) * (i / MANY), Math.sin(i / 5000) * (i / MANY)] as const;
  for (let i = 0; i < MANY; i++) builder.add(...at(i), i);
  const { x, y, colour } = builder.points();
  expect(x.length).toBeLessThanOrEqual(32_769);
  expect(colour.at(-1)).toBe(MANY - 1);
  let next = 0;
  for (let i = 0; i < MANY; i += 7) {
    while (next < x.length - 1 && colour[next + 1]! <= i) next++;
    const [px, py] = at(i);
    // Ten times as long as the picture is wide, which is 2.
    expect(Math.hypot(px - x[next]!, py - y[next]!)).toBeLessThan(2 / 800);
  }
});

it('counts every value, however many different ones there are', () => {
  const histogram = new Histogram();
  for (let i = 0; i < MANY; i++) histogram.add(Math.sqrt(i) - 100);
  const values = histogram.values();
  expect(values.length).toBeLessThanOrEqual(8192);
  expect(values.reduce((sum, [, count]) => sum + count, 0)).toBe(MANY);
  expect(values[0]![0]).toBeCloseTo(-100, 0);
  expect(values.at(-1)![0]).toBeCloseTo(Math.sqrt(MANY) - 100, 0);
});

it.each([
  ['huge', [Number.MAX_VALUE, -Number.MAX_VALUE]],
  ['tiny', [Number.MIN_VALUE, 0]],
])('counts %s values', (_, [a, b]) => {
  const histogram = new Histogram();
  for (let i = 0; i < 20_000; i++) histogram.add((a! * i) / 20_000 + (b! * (20_000 - i)) / 20_000);
  expect(histogram.values().reduce((sum, [, count]) => sum + count, 0)).toBe(20_000);
});
