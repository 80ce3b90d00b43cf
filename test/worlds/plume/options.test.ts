import { describe, expect, test } from 'vitest';
import { defaultPlumeOptions, type PlumeOptions, runPlume } from '../../../worlds/plume/index.ts';

const untouched = {
  recordStep: () => expect.fail('a step was recorded'),
  recordEpisode: () => expect.fail('an episode was recorded'),
};

const run = (options: Record<string, unknown>) => runPlume(untouched, options as Partial<PlumeOptions>);

describe('a bad option is a RangeError that names the option, its value and what is allowed', () => {
  test.each([
    ['agents', 0, /'agents' is 0; allowed: an integer of 1 or more/],
    ['agents', 1.5, /'agents' is 1\.5; allowed: an integer of 1 or more/],
    ['episodes', -1, /'episodes' is -1; allowed: an integer/],
    ['episodes', '5', /'episodes' is "5"; allowed: an integer/],
    ['episodes', undefined, /'episodes' is undefined; allowed: an integer/],
    ['firstEpisode', -1, /'firstEpisode' is -1; allowed: an integer of 0 or more/],
    ['steps', Number.NaN, /'steps' is NaN; allowed/],
    ['seed', 2 ** 53, /'seed' is 9007199254740992; allowed/],
    ['seed', 1n, /'seed' is 1; allowed/],
    ['timeStep', 0, /'timeStep' is 0; allowed: a finite number above 0/],
    ['windSpeed', Number.POSITIVE_INFINITY, /'windSpeed' is Infinity; allowed/],
    ['puffGrowth', -0.1, /'puffGrowth' is -0\.1; allowed: a finite number of 0 or more/],
    ['castGrowth', 0.9, /'castGrowth' is 0\.9; allowed: a finite number of 1 or more/],
    ['castAngle', 4, /'castAngle' is 4; allowed: a number from 0 to pi/],
    ['source', [2], /'source' is \[2\]; allowed: two finite numbers/],
    ['source', [2, Number.NaN], /'source' is \[2, NaN\]; allowed: two finite numbers/],
    ['source', [2, 11], /'source' is \[2, 11\]; allowed: a point of the arena/],
    ['startDistance', [12, 6], /'startDistance' is \[12, 6\]; allowed: .* least <= most/],
    ['startDistance', [6, 19], /'startDistance' is \[6, 19\]; allowed: at most 18 m/],
    ['startOffset', 6, /'startOffset' is 6; allowed: at most 5 m/],
    ['releaseRate', 1e9, /'releaseRate' is 1000000000; allowed: at most 1000000 puffs/],
    ['onProgress', true, /'onProgress' is true; allowed: a function/],
    ['agent', 3, /'agent' is 3; allowed: one of episodes, /],
    ['toString', 3, /'toString' is 3; allowed: one of/],
  ])('%s: %s', (name, value, message) => {
    const call = () => run({ [name]: value });
    expect(call).toThrow(RangeError);
    expect(call).toThrow(message);
  });

  test.each(
    Object.entries(defaultPlumeOptions)
      .filter(([, value]) => typeof value === 'number')
      .map(([name]) => name),
  )('%s can be neither negative nor NaN', (name) => {
    for (const value of [-1, Number.NaN]) {
      const call = () => run({ [name]: value });
      expect(call).toThrow(RangeError);
      expect(call).toThrow(`'${name}' is ${value}`);
    }
  });
});

test('the defaults cannot be changed by a caller', () => {
  expect(Object.isFrozen(defaultPlumeOptions)).toBe(true);
  expect(Object.isFrozen(defaultPlumeOptions.source)).toBe(true);
  expect(Object.isFrozen(defaultPlumeOptions.startDistance)).toBe(true);
});
