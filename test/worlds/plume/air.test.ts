import { describe, expect, test } from 'vitest';
import { Air } from '../../../worlds/plume/air.ts';
import { defaultPlumeOptions } from '../../../worlds/plume/index.ts';

/** Concentrations on the plume's axis, `downwind` m from the source, at each of `steps` steps. */
function record(downwind: number, steps: number): number[] {
  const air = new Air(defaultPlumeOptions, 1);
  const [x, y] = defaultPlumeOptions.source;
  const out = { concentration: 0, gradientX: 0, gradientY: 0 };
  return Array.from({ length: steps }, () => {
    air.advance();
    air.sample(x + downwind, y, out);
    return out.concentration;
  });
}

describe('the plume 5 m downwind, over 500 s', () => {
  const concentrations = record(5, 5000);
  const mean = concentrations.reduce((sum, c) => sum + c, 0) / concentrations.length;
  const share = (test: (c: number) => boolean) => concentrations.filter(test).length / concentrations.length;

  test('is intermittent: often next to nothing, sometimes many times the mean', () => {
    expect(share((c) => c < 0.01 * mean)).toBeGreaterThan(0.3);
    expect(share((c) => c > 3 * mean)).toBeGreaterThan(0.05);
    expect(Math.max(...concentrations) / mean).toBeGreaterThan(10);
  });

  test('is smelled well below all of the time, and well above never', () => {
    const intermittency = share((c) => c >= defaultPlumeOptions.sensorThreshold);
    expect(intermittency).toBeGreaterThan(0.1);
    expect(intermittency).toBeLessThan(0.5);
  });
});

test('the warm-up fills the arena before the first step', () => {
  const { source, arenaLength } = defaultPlumeOptions;
  const out = { concentration: 0, gradientX: 0, gradientY: 0 };
  const airs = Array.from({ length: 5 }, (_, i) => new Air(defaultPlumeOptions, i));
  for (const distance of [1, 5, 10, arenaLength - source[0]]) {
    const strongest = airs.map((air) => {
      let peak = 0;
      for (let y = 0; y <= 10; y += 0.1) {
        air.sample(source[0] + distance, y, out);
        peak = Math.max(peak, out.concentration);
      }
      return peak;
    });
    expect(Math.max(...strongest)).toBeGreaterThan(1);
  }
});

test('the wind does not depend on how many puffs it carries', () => {
  const blow = (releaseRate: number) => {
    const air = new Air({ ...defaultPlumeOptions, releaseRate }, 1);
    return Array.from({ length: 100 }, () => {
      air.advance();
      return [air.u, air.v];
    });
  };
  expect(blow(5)).toEqual(blow(20));
});
