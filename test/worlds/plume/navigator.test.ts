import { describe, expect, test } from 'vitest';
import { wrapAngle } from '../../../worlds/plume/angle.ts';
import { CastAndSurge } from '../../../worlds/plume/navigator.ts';
import { RandomStream } from '../../../worlds/random.ts';

const parameters = {
  sensorThreshold: 1,
  maxSpeed: 0.6,
  maxTurnRate: 3,
  surgeTime: 1,
  castWidth: 0.8,
  castGrowth: 1.5,
  castAngle: Math.PI / 2,
};
const DT = 0.1;

/** Drives the navigator in a wind along +x; `smell` gives the concentration at each step. */
function drive(steps: number, smell: (step: number) => number, orientation = 0.3) {
  const navigator = new CastAndSurge(parameters, RandomStream.named(1, 'agent'));
  let heading = orientation;
  let x = 0;
  let y = 0;
  return Array.from({ length: steps }, (_, step) => {
    const { turnRate, speed } = navigator.decide(heading, smell(step), 1, 0, DT);
    heading = wrapAngle(heading + turnRate * DT);
    x += speed * Math.cos(heading) * DT;
    y += speed * Math.sin(heading) * DT;
    return { x, y, heading, turnRate, speed, mode: navigator.mode, hit: navigator.hit };
  });
}

test('speed and turn rate keep to their limits', () => {
  const random = RandomStream.named(9, 'smell');
  for (const { turnRate, speed } of drive(2000, () => random.uniform(0, 1.05))) {
    expect(Math.abs(turnRate)).toBeLessThanOrEqual(3);
    expect(speed).toBeGreaterThan(0);
    expect(speed).toBeLessThanOrEqual(0.6);
  }
});

test('surges upwind at full speed while it smells odour', () => {
  const path = drive(60, () => 1);
  expect(path.every(({ mode, hit }) => mode === 'surge' && hit)).toBe(true);
  const last = path.at(-1)!;
  expect(Math.abs(wrapAngle(last.heading - Math.PI))).toBeLessThan(1e-9);
  expect(last.speed).toBeCloseTo(0.6, 12);
  expect(last.x).toBeLessThan(-2);
});

test('a hit is a concentration at or above the threshold', () => {
  expect(drive(1, () => 1)[0]!.hit).toBe(true);
  expect(drive(1, () => 0.999)[0]!.hit).toBe(false);
});

test('goes on surging for the surge time after the last hit, then casts', () => {
  const modes = drive(30, (step) => (step < 10 ? 5 : 0)).map(({ mode }) => mode);
  const losses = modes.indexOf('cast') - 10;
  expect(losses).toBeGreaterThanOrEqual(10);
  expect(losses).toBeLessThanOrEqual(11);
  expect(modes.slice(modes.indexOf('cast')).every((mode) => mode === 'cast')).toBe(true);
});

test('casts before its first hit', () => {
  expect(drive(5, () => 0).every(({ mode }) => mode === 'cast')).toBe(true);
});

test('casts across the wind, to either side in turn, in legs that grow', () => {
  const path = drive(600, () => 0);
  const turns: number[] = [];
  for (let i = 1; i < path.length - 1; i++) {
    const [before, here, after] = [path[i - 1]!.y, path[i]!.y, path[i + 1]!.y];
    if ((here - before) * (after - here) < 0) turns.push(here);
  }
  expect(turns.length).toBeGreaterThanOrEqual(4);
  const legs = turns.slice(1).map((y, i) => y - turns[i]!);
  for (let i = 1; i < legs.length; i++) {
    expect(Math.sign(legs[i]!)).toBe(-Math.sign(legs[i - 1]!));
    expect(Math.abs(legs[i]!)).toBeGreaterThan(Math.abs(legs[i - 1]!));
  }
  // Straight across: what it moves along the wind is the room its turns take.
  expect(Math.abs(path.at(-1)!.x)).toBeLessThan(1.5);
});

describe('wrapAngle', () => {
  test.each([
    [0, 0],
    [Math.PI, Math.PI],
    [-Math.PI, Math.PI],
    [3 * Math.PI, Math.PI],
    [1.5 * Math.PI, -0.5 * Math.PI],
    [-1.5 * Math.PI, 0.5 * Math.PI],
  ])('takes %d to %d', (angle, wrapped) => {
    expect(wrapAngle(angle)).toBeCloseTo(wrapped, 12);
  });

  test('stays in (-pi, pi] for any angle', () => {
    for (let angle = -100; angle < 100; angle += 0.0317) {
      const wrapped = wrapAngle(angle);
      expect(wrapped).toBeGreaterThan(-Math.PI);
      expect(wrapped).toBeLessThanOrEqual(Math.PI);
      expect(Math.cos(wrapped)).toBeCloseTo(Math.cos(angle), 10);
    }
  });
});
