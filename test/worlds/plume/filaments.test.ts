import { describe, expect, test } from 'vitest';
import { type FilamentParameters, FilamentPlume } from '../../../worlds/plume/filaments.ts';
import { RandomStream } from '../../../worlds/random.ts';

const parameters: FilamentParameters = {
  arenaLength: 20,
  arenaWidth: 10,
  source: [2, 5],
  releaseRate: 20,
  emissionRate: 10,
  puffRadius: 0.05,
  puffGrowth: 0.001,
  puffDispersion: 0.1,
  puffMaxAge: 60,
};

const plumeOf = (changes: Partial<FilamentParameters> = {}) =>
  new FilamentPlume({ ...parameters, ...changes }, RandomStream.named(42, 'puffs'));

/** A plume of one puff of 3 ou at the source, `age` seconds old, in still air. */
function onePuff(age: number): FilamentPlume {
  const plume = plumeOf({ releaseRate: 1, emissionRate: 3, puffDispersion: 0 });
  plume.advance(1, 0, 0);
  if (age > 0) plume.advance(age, 0, 0);
  expect(plume.count).toBe(1);
  return plume;
}

function sampleAt(plume: FilamentPlume, x: number, y: number, z = 0) {
  const out = { concentration: Number.NaN, gradientX: Number.NaN, gradientY: Number.NaN };
  plume.sample(x, y, z, out);
  return out;
}

const puffs = (plume: FilamentPlume) => Array.from({ length: plume.count }, (_, i) => plume.puff(i));

describe('a puff', () => {
  test.each([0, 0.9])('holds its amount at age %d s: the integral over space is 3 ou', (age) => {
    const plume = onePuff(age);
    const { radius } = plume.puff(0);
    const h = radius / 3;
    let sum = 0;
    for (let i = -16; i <= 16; i++) {
      for (let j = -16; j <= 16; j++) {
        for (let k = -16; k <= 16; k++) {
          sum += sampleAt(plume, 2 + i * h, 5 + j * h, k * h).concentration;
        }
      }
    }
    expect(Math.abs((sum * h ** 3) / 3 - 1)).toBeLessThan(1e-4);
  });

  test('grows as dR/dt = gamma / (2R)', () => {
    const plume = onePuff(0);
    let expected = parameters.puffRadius;
    const dt = 1e-4;
    for (let t = 0; t < 0.9 - dt / 2; t += dt) expected += (dt * parameters.puffGrowth) / (2 * expected);
    plume.advance(0.9, 0, 0);
    expect(plume.puff(0).radius).toBeCloseTo(expected, 6);
    expect(plume.puff(0).radius).toBeCloseTo(Math.sqrt(0.05 ** 2 + 0.001 * 0.9), 12);
  });

  test('is not felt beyond the cut-off', () => {
    const plume = onePuff(0);
    expect(sampleAt(plume, 2 + 4.99 * 0.05, 5).concentration).toBeGreaterThan(0);
    expect(sampleAt(plume, 2 + 5.01 * 0.05, 5)).toEqual({ concentration: 0, gradientX: 0, gradientY: 0 });
  });

  test('scatters about the path of the wind by the square root of its age', () => {
    const plume = plumeOf({ releaseRate: 1000, puffMaxAge: 5 });
    for (let i = 0; i < 40; i++) plume.advance(0.1, 1, 0);
    const travelled = puffs(plume).filter(({ age }) => age > 0);
    const scatter = travelled.map(({ x, age }) => (x - 2 - age) / (0.1 * Math.sqrt(age)));
    const variance = scatter.reduce((sum, s) => sum + s * s, 0) / scatter.length;
    expect(scatter.length).toBeGreaterThan(3900);
    expect(variance).toBeCloseTo(1, 1);
  });
});

describe('the train of puffs', () => {
  test.each([0.01, 0.1, 0.7])('is released at equal intervals whatever the step is (%d s)', (dt) => {
    const plume = plumeOf({ puffDispersion: 0 });
    for (let i = 0; i < Math.round(7 / dt); i++) plume.advance(dt, 1, 0);
    const ages = puffs(plume).map(({ age }) => age);
    expect(ages.length).toBeGreaterThanOrEqual(139);
    expect(ages.length).toBeLessThanOrEqual(140);
    ages.sort((a, b) => a - b);
    for (let i = 1; i < ages.length; i++) expect(ages[i]! - ages[i - 1]!).toBeCloseTo(1 / 20, 9);
    for (const { x, age } of puffs(plume)) expect(x).toBeCloseTo(2 + age, 9);
  });

  test('drops puffs past their age and stays within its capacity', () => {
    const plume = plumeOf({ puffMaxAge: 2 });
    for (let i = 0; i < 500; i++) {
      plume.advance(0.1, 0.1, 0);
      expect(plume.count).toBeLessThanOrEqual(41);
    }
    expect(plume.count).toBeGreaterThanOrEqual(40);
    expect(Math.max(...puffs(plume).map(({ age }) => age))).toBeLessThanOrEqual(2);
  });

  test('drops puffs that can no longer be felt in the arena', () => {
    const plume = plumeOf();
    for (let i = 0; i < 600; i++) plume.advance(0.1, 2, 0);
    // 18 m at 2 m/s, and the margin of five of the largest radii.
    expect(plume.count).toBeLessThan(20 * 11);
    const reach = 5 * Math.sqrt(0.05 ** 2 + 0.001 * 60);
    expect(Math.max(...puffs(plume).map(({ x }) => x))).toBeLessThanOrEqual(20 + reach);
  });

  test('releases nothing that is already past its age in a long step', () => {
    const plume = plumeOf({ puffMaxAge: 0.5 });
    plume.advance(10, 0, 0);
    expect(plume.count).toBeLessThanOrEqual(11);
  });
});

test('the gradient is the derivative of the concentration', () => {
  const plume = plumeOf();
  for (let i = 0; i < 300; i++) plume.advance(0.1, 1, 0.02);
  const h = 1e-6;
  let compared = 0;
  for (let x = 3; x < 15; x += 0.37) {
    for (let y = 4.5; y < 6; y += 0.11) {
      const { concentration, gradientX, gradientY } = sampleAt(plume, x, y);
      if (concentration < 0.01) continue;
      const at = (dx: number, dy: number) => sampleAt(plume, x + dx, y + dy).concentration;
      const size = Math.hypot(gradientX, gradientY);
      expect(Math.abs((at(h, 0) - at(-h, 0)) / (2 * h) - gradientX)).toBeLessThan(1e-5 * size + 1e-6);
      expect(Math.abs((at(0, h) - at(0, -h)) / (2 * h) - gradientY)).toBeLessThan(1e-5 * size + 1e-6);
      compared++;
    }
  }
  expect(compared).toBeGreaterThan(100);
});
