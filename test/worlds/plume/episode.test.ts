import { describe, expect, test } from 'vitest';
import { defaultPlumeOptions as defaults } from '../../../worlds/plume/index.ts';
import { collectMany, collectOne } from './collect.ts';

const STEP_KEYS = [
  'simulation_time',
  'position',
  'orientation',
  'velocity',
  'concentration',
  'gradient',
  'action',
  'reward',
  'done',
  'info',
];
const EPISODE_KEYS = [
  'total_steps',
  'total_reward',
  'success',
  'final_position',
  'path_efficiency',
  'time_to_source',
  'distance_traveled',
  'exploration_coverage',
  'termination_reason',
];

const run = collectOne({ episodes: 4 });
const stepsOf = (episode: number) => run.steps.filter((call) => call.episode === episode);

describe('the steps of one agent', () => {
  test('have the same keys in the same order, at every level', () => {
    for (const { data } of run.steps) {
      expect(Object.keys(data)).toEqual(STEP_KEYS);
      expect(Object.keys(data.action)).toEqual(['turn_rate', 'speed']);
      expect(Object.keys(data.info)).toEqual(['mode', 'hit', 'distance_to_source', 'wind']);
    }
  });

  test('are numbered from 0 without a gap, and only the last is done', () => {
    for (const { episode, data } of run.episodes) {
      const steps = stepsOf(episode);
      expect(steps.map(({ step }) => step)).toEqual(steps.map((_, i) => i));
      expect(steps.length).toBe(data.total_steps);
      expect(steps.map((call) => call.data.done)).toEqual(steps.map((_, i) => i === steps.length - 1));
    }
  });

  test('hold finite numbers only', () => {
    for (const { data } of run.steps) {
      const { position, velocity, gradient, action, info } = data;
      const numbers = [data.simulation_time, data.orientation, data.concentration, data.reward];
      numbers.push(...position, ...velocity, ...gradient, ...info.wind, info.distance_to_source);
      numbers.push(action.turn_rate, action.speed);
      expect(numbers.every(Number.isFinite)).toBe(true);
      expect(data.concentration).toBeGreaterThanOrEqual(0);
    }
  });

  test('keep the limits on speed and turn rate, and follow from one to the next', () => {
    for (const { episode } of run.episodes) {
      const steps = stepsOf(episode).map(({ data }) => data);
      for (const [i, here] of steps.entries()) {
        const [vx, vy] = here.velocity;
        expect(Math.hypot(vx, vy)).toBeLessThanOrEqual(defaults.maxSpeed + 1e-12);
        expect(Math.abs(here.action.turn_rate)).toBeLessThanOrEqual(defaults.maxTurnRate);
        expect(here.orientation).toBeGreaterThan(-Math.PI);
        expect(here.orientation).toBeLessThanOrEqual(Math.PI);
        expect(here.simulation_time).toBeCloseTo((i + 1) * defaults.timeStep, 9);
        const before = steps[i - 1];
        if (before === undefined) continue;
        expect(here.position[0]).toBeCloseTo(before.position[0] + vx * defaults.timeStep, 9);
        expect(here.position[1]).toBeCloseTo(before.position[1] + vy * defaults.timeStep, 9);
        const turn = Math.abs(here.orientation - before.orientation);
        const turned = Math.min(turn, 2 * Math.PI - turn);
        expect(turned).toBeLessThanOrEqual(defaults.maxTurnRate * defaults.timeStep + 1e-12);
      }
    }
  });
});

describe('the record of an episode', () => {
  test('has the standard keys and agrees with its steps', () => {
    for (const { episode, data } of run.episodes) {
      const steps = stepsOf(episode).map((call) => call.data);
      const last = steps.at(-1)!;
      expect(Object.keys(data)).toEqual(EPISODE_KEYS);
      expect(data.final_position).toEqual(last.position);
      expect(data.total_reward).toBeCloseTo(
        steps.reduce((sum, { reward }) => sum + reward, 0),
        9,
      );
      const travelled = steps.reduce((sum, { action }) => sum + action.speed * defaults.timeStep, 0);
      expect(data.distance_traveled).toBeCloseTo(travelled, 9);
      expect(data.success).toBe(data.termination_reason === 'success');
      expect(data.time_to_source).toBe(data.success ? last.simulation_time : null);
      expect(last.info.distance_to_source <= defaults.successRadius).toBe(data.success);
      expect(data.exploration_coverage).toBeGreaterThan(0);
      expect(data.exploration_coverage).toBeLessThanOrEqual(steps.length / 800);
    }
  });

  test('path efficiency is in [0, 1], and above 0 exactly on success', () => {
    const { episodes } = collectOne({ episodes: 8, seed: 3 });
    for (const { data } of episodes) {
      expect(data.path_efficiency).toBeGreaterThanOrEqual(0);
      expect(data.path_efficiency).toBeLessThanOrEqual(1);
      expect(data.path_efficiency > 0).toBe(data.success);
    }
  });
});

describe('an episode ends', () => {
  test('by success within the radius of the source', () => {
    const { episodes } = collectOne({ episodes: 1, startDistance: [1, 1], startOffset: 0 });
    const { data } = episodes[0]!;
    expect(data.termination_reason).toBe('success');
    expect(Math.hypot(data.final_position[0] - 2, data.final_position[1] - 5)).toBeLessThanOrEqual(0.5);
  });

  test('by timeout after the last step', () => {
    const { episodes } = collectOne({ episodes: 1, steps: 7, warmUp: 0 });
    expect(episodes[0]!.data).toMatchObject({
      termination_reason: 'timeout',
      total_steps: 7,
      success: false,
      time_to_source: null,
      path_efficiency: 0,
    });
  });

  test('by leaving the arena, where nothing is smelled and casting goes too far', () => {
    const { episodes } = collectOne({ episodes: 1, emissionRate: 0, arenaWidth: 4, source: [2, 2] });
    const { data } = episodes[0]!;
    expect(data.termination_reason).toBe('left_arena');
    const [x, y] = data.final_position;
    expect(x < 0 || x > 20 || y < 0 || y > 4).toBe(true);
    expect(data.total_steps).toBeLessThan(500);
  });
});

describe('several agents', () => {
  const many = collectMany(3, { episodes: 3 });

  test('record one dictionary per step, of those that still search', () => {
    for (const { data: episode, episode: id } of many.episodes) {
      const finished = new Set<string>();
      const calls = many.steps.filter((call) => call.episode === id);
      expect(calls.length).toBe(episode.total_steps);
      for (const { data } of calls) {
        const searching = ['agent_0', 'agent_1', 'agent_2'].filter((name) => !finished.has(name));
        expect(Object.keys(data)).toEqual(searching);
        for (const [name, step] of Object.entries(data)) {
          expect(Object.keys(step)).toEqual(STEP_KEYS);
          if (step.done) finished.add(name);
        }
      }
      expect(finished.size).toBe(3);
    }
  });

  test('sum up to the record of the episode, led by the first to arrive', () => {
    for (const { data, episode } of many.episodes) {
      const steps = many.steps
        .filter((call) => call.episode === episode)
        .flatMap((call) => Object.values(call.data));
      const last = steps.filter(({ done }) => done);
      const arrived = last.filter(({ info }) => info.distance_to_source <= defaults.successRadius);
      expect(data.success).toBe(arrived.length > 0);
      expect(data.total_reward).toBeCloseTo(
        steps.reduce((sum, { reward }) => sum + reward, 0),
        9,
      );
      if (arrived.length === 0) {
        const nearest = last.toSorted((a, b) => a.info.distance_to_source - b.info.distance_to_source)[0]!;
        expect(data.final_position).toEqual(nearest.position);
        expect(data.time_to_source).toBeNull();
      } else {
        expect(data.time_to_source).toBe(Math.min(...arrived.map((step) => step.simulation_time)));
        expect(arrived.map(({ position }) => position)).toContainEqual(data.final_position);
      }
    }
  });

  test('change neither the air nor one another: agent 0 does what it does alone', () => {
    for (const { episode } of many.episodes) {
      const alone = stepsOf(episode).map(({ data }) => data);
      const among = many.steps.filter((call) => call.episode === episode).map(({ data }) => data.agent_0);
      expect(among.filter((step) => step !== undefined)).toEqual(alone);
    }
  });

  test('differ from one another', () => {
    const first = many.steps[0]!.data;
    expect(first.agent_0!.position).not.toEqual(first.agent_1!.position);
    expect(first.agent_0!.info.wind).toEqual(first.agent_1!.info.wind);
  });
});
