import { expect, test } from 'vitest';
import { MeanderingWind } from '../../../worlds/plume/wind.ts';
import { RandomStream } from '../../../worlds/random.ts';

const parameters = { windSpeed: 1, windGust: 0.2, windMeander: 0.3, windCorrelationTime: 5 };

function blow(dt: number, seconds: number): { u: number[]; v: number[] } {
  const wind = new MeanderingWind(parameters, RandomStream.named(3, `wind ${dt}`));
  const u: number[] = [];
  const v: number[] = [];
  for (let i = 0; i < seconds / dt; i++) {
    wind.advance(dt);
    u.push(wind.u);
    v.push(wind.v);
  }
  return { u, v };
}

const mean = (xs: number[]) => xs.reduce((sum, x) => sum + x, 0) / xs.length;

function autocovariance(xs: number[], lag: number): number {
  const centre = mean(xs);
  let sum = 0;
  for (let i = lag; i < xs.length; i++) sum += (xs[i]! - centre) * (xs[i - lag]! - centre);
  return sum / (xs.length - lag);
}

// 20 000 s are 4 000 correlation times: means and variances settle to a few percent.
test.each([0.1, 1, 4])('mean, strength and memory of the wind do not depend on the step (%d s)', (dt) => {
  const { u, v } = blow(dt, 20_000);
  expect(Math.abs(mean(u) - 1)).toBeLessThan(0.02);
  expect(Math.abs(mean(v))).toBeLessThan(0.03);
  expect(Math.sqrt(autocovariance(u, 0))).toBeCloseTo(0.2, 1.5);
  expect(Math.sqrt(autocovariance(v, 0))).toBeCloseTo(0.3, 1.5);
  const lag = Math.round(4 / dt);
  expect(autocovariance(v, lag) / autocovariance(v, 0)).toBeCloseTo(Math.exp(-4 / 5), 1);
});

test('the first wind is already one of the stationary distribution', () => {
  const first = Array.from({ length: 4000 }, (_, seed) => {
    return new MeanderingWind(parameters, RandomStream.named(seed, 'wind')).v;
  });
  expect(Math.abs(mean(first))).toBeLessThan(0.02);
  expect(Math.sqrt(autocovariance(first, 0))).toBeCloseTo(0.3, 1.5);
});

test('without gusts and meander the wind is the mean wind', () => {
  const wind = new MeanderingWind(
    { ...parameters, windGust: 0, windMeander: 0 },
    RandomStream.named(1, 'wind'),
  );
  for (let i = 0; i < 10; i++) wind.advance(0.1);
  expect(wind.u).toBe(1);
  expect(wind.v).toBeCloseTo(0, 15);
});
