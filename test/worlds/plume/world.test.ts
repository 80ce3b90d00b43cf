import { expect, test } from 'vitest';
import * as api from '../../../worlds/plume/index.ts';
import { collectMany, collectOne } from './collect.ts';

test('exports the world, its defaults and nothing else', () => {
  expect(Object.keys(api).toSorted()).toEqual(['defaultPlumeOptions', 'runPlume']);
});

test('the same options record the same data', () => {
  expect(collectOne({ episodes: 2 })).toEqual(collectOne({ episodes: 2 }));
  expect(collectMany(2, { episodes: 1 })).toEqual(collectMany(2, { episodes: 1 }));
});

test('another seed records other data', () => {
  const [a, b] = [42, 43].map((seed) => collectOne({ episodes: 1, steps: 50, seed }));
  expect(a!.steps[0]!.data.position).not.toEqual(b!.steps[0]!.data.position);
  expect(a!.steps[0]!.data.info.wind).not.toEqual(b!.steps[0]!.data.info.wind);
});

test('an episode depends on its number, not on the episodes before it', () => {
  const all = collectOne({ episodes: 4, steps: 60 });
  const late = collectOne({ episodes: 2, firstEpisode: 3, steps: 60 });
  expect(late.episodes).toEqual(all.episodes.slice(2));
  expect(late.steps).toEqual(all.steps.filter(({ episode }) => episode >= 3));
  expect(all.episodes.map(({ episode }) => episode)).toEqual([1, 2, 3, 4]);
});

test('the summary agrees with what was recorded', () => {
  const { steps, episodes, summary } = collectOne({ episodes: 3 });
  expect(summary.steps).toBe(steps.length);
  expect(summary.episodes).toEqual(episodes);
  expect(summary.successes).toBe(episodes.filter(({ data }) => data.success).length);
});

test('progress is reported after every step and reaches its total', () => {
  const calls: [number, number, number][] = [];
  const ended: number[] = [];
  const { steps } = collectOne({
    episodes: 3,
    steps: 300,
    onProgress: (...call) => calls.push(call),
    onEpisode: ({ episode }) => ended.push(episode),
  });
  expect(calls.length).toBeGreaterThanOrEqual(steps.length);
  expect(calls.at(-1)).toEqual([900, 900, 3]);
  for (let i = 1; i < calls.length; i++) expect(calls[i]![0]).toBeGreaterThan(calls[i - 1]![0]);
  expect(calls.every(([, total]) => total === 900)).toBe(true);
  expect(ended).toEqual([1, 2, 3]);
});

test('an error of the recorder ends the run and reaches the caller', () => {
  const failing = {
    recordStep: () => {
      throw new Error('disk full');
    },
    recordEpisode: () => undefined,
  };
  expect(() => api.runPlume(failing, { steps: 5 })).toThrow('disk full');
});

test('with the defaults success is frequent but not certain', () => {
  const runs = [42, 7].map((seed) => collectOne({ episodes: 20, seed }).summary);
  for (const { successes } of runs) {
    expect(successes).toBeGreaterThanOrEqual(8);
    expect(successes).toBeLessThanOrEqual(18);
  }
});
