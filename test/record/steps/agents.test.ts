import { describe, expect, test } from 'vitest';
import { refusal } from '../../support/errors.ts';
import { addsUp } from '../../support/fake-writer.ts';
import { Flight } from '../../support/flight.ts';

describe('several agents', () => {
  test('give one row each, with the fields that stand beside them', () => {
    const flight = new Flight();
    flight.steps.record(
      {
        timestamp: 9,
        wind: [1, 0],
        agent_0: { position: [1, 2], reward: 0.5 },
        agent_12: { position: [3, 4], reward: 1.5, info: { hit: true } },
      },
      4,
      2,
    );
    const shared = { episode_id: 2n, step_number: 4n, timestamp: 9, wind_x: 1, wind_y: 0 };
    expect(flight.stepRows()).toMatchObject([
      { ...shared, step_id: 1, agent_id: 0n, position_x: 1, position_y: 2, reward: 0.5 },
      {
        ...shared,
        step_id: 2,
        agent_id: 12n,
        position_x: 3,
        position_y: 4,
        reward: 1.5,
        info: '{"hit":true}',
      },
    ]);
  });

  test("an agent's own field wins over the common one", () => {
    const flight = new Flight();
    flight.record({ speed: 1, agent_0: { speed: 2 }, agent_1: {} });
    expect(flight.brief('agent_id', 'speed')).toEqual([
      [1n, 0n, 0n, 2],
      [1n, 0n, 1n, 1],
    ]);
  });

  test('an agent_id within an agent must be its own', () => {
    const flight = new Flight();
    flight.record({ agent_0: { agent_id: 0, v: 1 }, agent_1: { agent_id: 1, v: 2 } });
    const error = refusal('InvalidValue', () => flight.record({ agent_0: { agent_id: 1, v: 3 } }));
    expect(error.fields).toEqual({ table: 'steps', column: 'agent_id', value: 1 });
    expect(flight.brief('agent_id', 'v')).toEqual([
      [1n, 0n, 0n, 1],
      [1n, 0n, 1n, 2],
    ]);
  });

  test('one bad agent takes the rows of the others with it, and nothing of the call is counted', () => {
    const flight = new Flight();
    flight.steps.record({ agent_0: { v: 1, reward: 1 }, agent_1: { v: 2, reward: 1 } }, 0, 1);
    for (let i = 0; i < 3; i++) {
      const call = () =>
        flight.steps.record(
          { agent_0: { v: 3, reward: 10 }, agent_1: { v: 4, reward: 20 }, agent_2: { v: 'x' } },
          1,
          1,
        );
      expect(refusal('InvalidValue', call).fields).toEqual({ table: 'steps', column: 'v', value: 'x' });
    }
    flight.steps.record({ agent_0: { v: 5, reward: 2 }, agent_1: { v: 6, reward: 2 } }, 1, 1);
    flight.steps.recordEpisode({}, 1);
    expect(flight.column('v')).toEqual([1, 2, 5, 6]);
    const ids = flight.column('step_id') as number[];
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    expect(flight.episodeRows()).toMatchObject([{ episode_id: 1n, total_steps: 2n, total_reward: 6 }]);
    const counts = flight.writer.counts('steps');
    expect(counts).toMatchObject({ written: 4, rejected: 3, dropped: 0, pending: 0 });
    expect(addsUp(counts)).toBe(true);
  });

  test('a bad agent in the first step of an episode leaves no episode behind', () => {
    const flight = new Flight();
    flight.steps.record({ v: 1 }, 0, 1);
    refusal('InvalidValue', () => flight.steps.record({ agent_0: { v: 1 }, agent_1: { v: 'x' } }, 0, 2));
    expect(flight.episodeRows().map(({ episode_id }) => episode_id)).toEqual([1n]);
    flight.steps.record({ agent_0: { v: 2 }, agent_1: { v: 3 } }, 0, 2);
    expect(flight.episodeRows().map(({ episode_id }) => episode_id)).toEqual([1n, 2n]);
    expect(flight.brief('v')).toEqual([
      [1n, 0n, 1],
      [2n, 0n, 2],
      [2n, 0n, 3],
    ]);
    expect(flight.writer.backend.dangling()).toEqual([]);
  });

  test('a bad agent inside of a frame takes only its own call with it', () => {
    const flight = new Flight();
    flight.writer.lane.beginUnit();
    flight.steps.record({ agent_0: { v: 1 }, agent_1: { v: 2 } }, 0, 1);
    refusal('InvalidValue', () => flight.steps.record({ agent_0: { v: 3 }, agent_1: { v: 'x' } }, 1, 1));
    flight.steps.record({ agent_0: { v: 4 }, agent_1: { v: 5 } }, 1, 1);
    flight.writer.drain();
    expect(flight.writer.backend.rows('steps')).toEqual([]);
    flight.writer.lane.endUnit();
    expect(flight.column('v')).toEqual([1, 2, 4, 5]);
  });

  test('a bad agent is taken back across a new column and the end of a segment', () => {
    const flight = new Flight();
    const agents = (n: number, bad: boolean) =>
      Object.fromEntries(
        Array.from({ length: 600 }, (_, i) => [
          `agent_${i}`,
          {
            v: n,
            text: 'x'.repeat(i % 50),
            ...(i === 599 && bad ? { v: 'x' } : {}),
            ...(i > 300 && bad ? { late: i } : {}),
          },
        ]),
      );
    flight.record(agents(0, false));
    refusal('InvalidValue', () => flight.record(agents(1, true)));
    flight.record(agents(2, false));
    refusal('InvalidValue', () => flight.record(agents(3, true)));
    flight.record(agents(4, false));
    const values = flight.column('v');
    expect(values).toEqual([0, 2, 4].flatMap((n) => Array.from({ length: 600 }, () => n)));
    const ids = flight.column('step_id') as number[];
    expect(new Set(ids).size).toBe(1800);
    expect(flight.writer.counts('steps')).toMatchObject({ written: 1800, rejected: 2, pending: 0 });
  });

  test('a key like agent_0 with a value that is no dictionary is an ordinary field', () => {
    const flight = new Flight();
    flight.record({ agent_0: 1, agent_x: 'a' });
    expect(flight.brief('agent_id', 'agent_0', 'agent_x')).toEqual([[1n, 0n, null, 1, 'a']]);
  });

  test('a value beside agents that is no agent is not lost without a word', () => {
    const flight = new Flight();
    refusal('InvalidValue', () => flight.record({ agent_0: { v: 1 }, agent_1: 5 }));
    expect(flight.stepRows()).toEqual([]);
  });

  test('an agent that is null has no row', () => {
    const flight = new Flight();
    flight.record({ agent_0: { v: 1 }, agent_1: null, agent_2: undefined });
    expect(flight.brief('agent_id', 'v')).toEqual([[1n, 0n, 0n, 1]]);
  });

  test('a step of agents counts once, their rewards add up, and their times are those of the episode', () => {
    const flight = new Flight();
    for (let step = 0; step < 3; step++) {
      flight.steps.record(
        { agent_0: { reward: 1, timestamp: 10 + step }, agent_1: { reward: 2, timestamp: 10 + step } },
        step,
        1,
      );
    }
    flight.steps.recordEpisode({ success: true }, 1);
    expect(flight.episodeRows()).toMatchObject([
      { total_steps: 3n, total_reward: 9, start_timestamp: 10, end_timestamp: 12 },
    ]);
  });

  test('agents that are recorded one by one under one step number count as one step', () => {
    const flight = new Flight();
    for (const step of [0, 0, 1, 1]) flight.steps.record({ reward: 1 }, step, 1);
    flight.steps.recordEpisode({}, 1);
    expect(flight.episodeRows()).toMatchObject([{ total_steps: 2n, total_reward: 4 }]);
  });
});
