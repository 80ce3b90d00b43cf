import { describe, expect, test } from 'vitest';
import { createRecorder } from '../../src/create-recorder.ts';
import { array, f64 } from '../../src/schema/columns.ts';
import { defineTable } from '../../src/schema/table.ts';
import { refusal } from '../support/errors.ts';
import { addsUp } from '../support/fake-writer.ts';
import { Flight } from '../support/flight.ts';
import { MemoryBackend, type StoredRow } from '../support/memory-backend.ts';

/** Step number, episode and what else is asked for, of each row. */
function brief(flight: Flight, ...columns: readonly string[]): unknown[][] {
  return flight
    .stepRows()
    .map((row) => [row.episode_id, row.step_number, ...columns.map((name) => row[name] ?? null)]);
}

describe('timestamps', () => {
  test('one that is given keeps every bit', () => {
    const flight = new Flight();
    const times = [1_700_000_000.123_456_7, 0, -0, -1.5, 2 ** 53, Number.NaN];
    flight.record(...times.map((timestamp) => ({ timestamp })));
    expect(flight.column('timestamp')).toEqual(times);
  });

  test('one that is missing, null or undefined is filled with the wall clock, wherever its key stands', () => {
    const flight = new Flight();
    const before = Date.now() / 1000;
    flight.record(
      { a: 1 },
      { timestamp: null, a: 1 },
      { a: 1, timestamp: undefined },
      { timestamp: 5, a: 1 },
    );
    flight.record({ timestamp: null, a: 2 }, { a: 2 }, { a: 2, timestamp: 6 }, { a: 2, timestamp: null });
    const times = flight.column('timestamp') as number[];
    for (const [i, time] of times.entries()) {
      if (i === 3 || i === 6) expect(time).toBe(i === 3 ? 5 : 6);
      // The clock may be a little behind the system's.
      else expect(Math.abs(time - before)).toBeLessThan(60);
    }
    expect(flight.column('a')).toEqual([1, 1, 1, 1, 2, 2, 2, 2]);
  });
});

describe('numbers that stand in the dictionary too', () => {
  test('the same numbers, and nulls, are taken', () => {
    const flight = new Flight();
    flight.steps.record({ step_number: 4, episode_id: 2, v: 1 }, 4, 2);
    flight.steps.record({ v: 2, episode_id: 2, step_number: 5 }, 5, 2);
    flight.steps.record({ v: 3, episode_id: null, step_number: undefined }, 6, 2);
    expect(brief(flight, 'v')).toEqual([
      [2n, 4n, 1],
      [2n, 5n, 2],
      [2n, 6n, 3],
    ]);
  });

  test.each<[string, object]>([
    ['step_number', { step_number: 5 }],
    ['episode_id', { episode_id: 3 }],
    ['step_number', { step_number: '4' }],
  ])('another %s is refused: %j', (column, data) => {
    const flight = new Flight();
    flight.steps.record({ v: 0 }, 3, 2);
    const error = refusal('InvalidValue', () => flight.steps.record({ v: 1, ...data }, 4, 2));
    expect(error.fields).toEqual({ table: 'steps', column, value: Object.values(data)[0] });
    expect(error.message).toContain('contradicts');
    flight.steps.record({ v: 2 }, 5, 2);
    expect(brief(flight, 'v')).toEqual([
      [2n, 3n, 0],
      [2n, 5n, 2],
    ]);
    expect(flight.writer.counts('steps')).toMatchObject({ submitted: 3, written: 2, rejected: 1 });
  });

  test('an agent_id of a single agent is recorded', () => {
    const flight = new Flight();
    flight.record({ agent_id: 2, v: 1 }, { agent_id: 0, v: 2 }, { v: 3 }, { v: 4, agent_id: null });
    flight.record({ agent_0: { v: 5 }, agent_3: { v: 6 } }, { agent_id: 1, v: 7 });
    expect(flight.stepRows().map(({ agent_id, v }) => [agent_id, v])).toEqual([
      [2n, 1],
      [0n, 2],
      [null, 3],
      [null, 4],
      [0n, 5],
      [3n, 6],
      [1n, 7],
    ]);
  });

  test.each([[-1], [1.5], [Number.NaN], [Number.POSITIVE_INFINITY], [2 ** 53], ['1'], [1n], [null]])(
    'a step or episode number of %s is refused',
    (value) => {
      const flight = new Flight();
      const number = value as number;
      for (const [column, call] of [
        ['step_number', () => flight.steps.record({ v: 1 }, number, 1)],
        ['episode_id', () => flight.steps.record({ v: 1 }, 1, number)],
      ] as const) {
        const error = refusal('InvalidValue', call);
        expect(error.fields).toEqual({ table: 'steps', column, value });
      }
      const error = refusal('InvalidValue', () => flight.steps.recordEpisode({}, number));
      expect(error.fields).toEqual({ table: 'episodes', column: 'episode_id', value });
      refusal('InvalidValue', () => flight.steps.startEpisode(number));
      expect(flight.stepRows()).toEqual([]);
      expect(flight.episodeRows()).toEqual([]);
    },
  );
});

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
    expect(brief(flight, 'agent_id', 'speed')).toEqual([
      [1n, 0n, 0n, 2],
      [1n, 0n, 1n, 1],
    ]);
  });

  test('an agent_id within an agent must be its own', () => {
    const flight = new Flight();
    flight.record({ agent_0: { agent_id: 0, v: 1 }, agent_1: { agent_id: 1, v: 2 } });
    const error = refusal('InvalidValue', () => flight.record({ agent_0: { agent_id: 1, v: 3 } }));
    expect(error.fields).toEqual({ table: 'steps', column: 'agent_id', value: 1 });
    expect(brief(flight, 'agent_id', 'v')).toEqual([
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
    expect(brief(flight, 'v')).toEqual([
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
    expect(brief(flight, 'agent_id', 'agent_0', 'agent_x')).toEqual([[1n, 0n, null, 1, 'a']]);
  });

  test('a value beside agents that is no agent is not lost without a word', () => {
    const flight = new Flight();
    refusal('InvalidValue', () => flight.record({ agent_0: { v: 1 }, agent_1: 5 }));
    expect(flight.stepRows()).toEqual([]);
  });

  test('an agent that is null has no row', () => {
    const flight = new Flight();
    flight.record({ agent_0: { v: 1 }, agent_1: null, agent_2: undefined });
    expect(brief(flight, 'agent_id', 'v')).toEqual([[1n, 0n, 0n, 1]]);
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

describe('episodes', () => {
  test('the first step makes the row, recordEpisode completes it', () => {
    const flight = new Flight();
    flight.steps.record({ timestamp: 10, reward: 1 }, 0, 5);
    flight.steps.record({ timestamp: 11, reward: 0.5 }, 1, 5);
    expect(flight.episodeRows()).toEqual([
      {
        episode_id: 5n,
        start_timestamp: 10,
        end_timestamp: null,
        total_steps: null,
        total_reward: null,
        success: null,
        termination_reason: null,
        metadata: null,
      },
    ]);
    flight.steps.recordEpisode(
      { success: true, termination_reason: 'found', final_position: [1, 2], path_efficiency: 0.75 },
      5,
      { seed: 7 },
    );
    expect(flight.episodeRows()).toEqual([
      {
        episode_id: 5n,
        start_timestamp: 10,
        end_timestamp: 11,
        total_steps: 2n,
        total_reward: 1.5,
        success: true,
        termination_reason: 'found',
        metadata: '{"seed":7}',
        final_position_x: 1,
        final_position_y: 2,
        path_efficiency: 0.75,
      },
    ]);
  });

  test('the row is there in the commit of the first step', () => {
    const flight = new Flight();
    for (let episode = 1; episode <= 3; episode++) {
      for (let step = 0; step < 2; step++) {
        flight.steps.record({ v: step }, step, episode);
        flight.writer.flush();
      }
    }
    expect(flight.writer.backend.dangling()).toEqual([]);
    expect(flight.writer.backend.commits).toHaveLength(6);
  });

  test('totals that the episode names win over those that were counted', () => {
    const flight = new Flight();
    flight.record({ reward: 1, timestamp: 1 }, { reward: 1, timestamp: 2 });
    flight.steps.recordEpisode(
      { total_steps: 100, total_reward: -5, start_timestamp: 0, end_timestamp: 99 },
      1,
    );
    expect(flight.episodeRows()).toMatchObject([
      { total_steps: 100n, total_reward: -5, start_timestamp: 0, end_timestamp: 99 },
    ]);
  });

  test('without rewards there is no total, and without steps there are no totals', () => {
    const flight = new Flight();
    flight.record({ v: 1 });
    flight.steps.recordEpisode({}, 1);
    flight.steps.recordEpisode({ success: false }, 2);
    expect(flight.episodeRows()).toMatchObject([
      { episode_id: 1n, total_steps: 1n, total_reward: null },
      { episode_id: 2n, total_steps: null, total_reward: null, success: false },
    ]);
    const [, second] = flight.episodeRows();
    expect(second!.start_timestamp).toBe(second!.end_timestamp);
  });

  test('rewards that are integers without end count too', () => {
    const flight = new Flight();
    flight.record({ reward: 1 }, { reward: 2n });
    flight.steps.recordEpisode({}, 1);
    expect(flight.column('reward')).toEqual([1, 2]);
    expect(flight.episodeRows()).toMatchObject([{ total_reward: 3 }]);
  });

  test('episodes may take turns', () => {
    const flight = new Flight();
    for (let step = 0; step < 3; step++) {
      for (const episode of [1, 2]) flight.steps.record({ reward: episode }, step, episode);
    }
    flight.steps.recordEpisode({}, 2);
    flight.steps.recordEpisode({}, 1);
    expect(flight.episodeRows()).toMatchObject([
      { episode_id: 1n, total_steps: 3n, total_reward: 3 },
      { episode_id: 2n, total_steps: 3n, total_reward: 6 },
    ]);
  });

  test('recording an episode twice adds to its row and takes nothing from it', () => {
    const flight = new Flight();
    flight.record({ timestamp: 10, reward: 1 }, { timestamp: 11, reward: 1 });
    flight.steps.recordEpisode({ success: true }, 1);
    flight.steps.recordEpisode({ termination_reason: 'found' }, 1);
    expect(flight.episodeRows()).toMatchObject([
      {
        start_timestamp: 10,
        end_timestamp: 11,
        total_steps: 2n,
        total_reward: 2,
        success: true,
        termination_reason: 'found',
      },
    ]);
    expect(flight.warnings).toEqual([]);
  });

  test('steps that come after their episode keep its start, and count from where it was', () => {
    const flight = new Flight();
    flight.steps.record({ timestamp: 10, reward: 1 }, 0, 1);
    flight.steps.recordEpisode({ success: false }, 1);
    flight.steps.record({ timestamp: 20, reward: 2 }, 1, 1);
    flight.steps.recordEpisode({ success: true }, 1);
    expect(flight.episodeRows()).toMatchObject([
      { start_timestamp: 10, end_timestamp: 20, total_steps: 2n, total_reward: 3, success: true },
    ]);
  });

  test.each<[string, object, string]>([
    ['a success that is no boolean', { success: 1 }, 'success'],
    ['a number of another episode', { episode_id: 2 }, 'episode_id'],
    ['a reason that is no text', { termination_reason: 7 }, 'termination_reason'],
    ['a fraction of a step', { total_steps: 1.5 }, 'total_steps'],
    ['a name that is no column name', { 'bad name': 1 }, 'bad name'],
    ['a reserved name', { run_id: 1 }, 'run_id'],
  ])('%s is refused, and the episode can be completed afterwards', (_, data, column) => {
    const flight = new Flight();
    flight.record({ reward: 1, timestamp: 1 });
    const error = refusal('InvalidValue', () =>
      flight.steps.recordEpisode(data as Record<string, unknown>, 1),
    );
    expect(error.fields).toEqual({ table: 'episodes', column, value: Object.values(data)[0] });
    flight.steps.recordEpisode({ success: true }, 1);
    expect(flight.episodeRows()).toMatchObject([{ success: true, total_steps: 1n, total_reward: 1 }]);
    expect(addsUp(flight.writer.counts('episodes'))).toBe(true);
  });

  test('an episode that is no dictionary is refused', () => {
    const flight = new Flight();
    for (const data of [null, undefined, 5, 'done', []]) {
      refusal('InvalidValue', () => flight.steps.recordEpisode(data as never, 1));
    }
    expect(flight.episodeRows()).toEqual([]);
  });
});

describe('steps without an episode number', () => {
  test('go into an episode of their own, until it is recorded', () => {
    const flight = new Flight();
    flight.steps.record({ v: 1 }, 0);
    flight.steps.record({ v: 2 }, 1);
    flight.steps.recordEpisode({}, 1);
    flight.steps.record({ v: 3 }, 0);
    expect(brief(flight, 'v')).toEqual([
      [1n, 0n, 1],
      [1n, 1n, 2],
      [2n, 0n, 3],
    ]);
    expect(flight.warnings).toEqual([]);
  });

  test('take the next number that is free', () => {
    const flight = new Flight();
    flight.steps.record({ v: 1 }, 0, 7);
    flight.steps.record({ v: 2 }, 0);
    expect(brief(flight, 'v')).toEqual([
      [7n, 0n, 1],
      [8n, 0n, 2],
    ]);
  });

  test('a step that is refused uses up no number', () => {
    const flight = new Flight();
    refusal('InvalidValue', () => flight.steps.record({ 'bad name': 1 }, 0));
    flight.steps.record({ v: 1 }, 0);
    expect(brief(flight, 'v')).toEqual([[1n, 0n, 1]]);
    expect(flight.episodeRows()).toHaveLength(1);
  });

  test('belong to the episode that startEpisode names or numbers, until endEpisode', () => {
    const flight = new Flight();
    expect(flight.steps.startEpisode()).toBe(1);
    flight.steps.record({ v: 1 }, 0);
    flight.steps.endEpisode({ success: true });
    expect(flight.steps.startEpisode(9)).toBe(9);
    flight.steps.record({ v: 2 }, 0);
    flight.steps.endEpisode({ success: false }, { note: 'x' });
    expect(flight.steps.startEpisode()).toBe(10);
    flight.steps.record({ v: 3 }, 0);
    expect(brief(flight, 'v')).toEqual([
      [1n, 0n, 1],
      [9n, 0n, 2],
      [10n, 0n, 3],
    ]);
    expect(flight.episodeRows()).toMatchObject([
      { episode_id: 1n, success: true, total_steps: 1n },
      { episode_id: 9n, success: false, metadata: '{"note":"x"}' },
      { episode_id: 10n, total_steps: null },
    ]);
  });

  test('startEpisode within an episode, and endEpisode without one, are refused', () => {
    const flight = new Flight();
    expect(refusal('InvalidValue', () => flight.steps.endEpisode({})).message).toContain('startEpisode');
    flight.steps.startEpisode();
    expect(refusal('InvalidValue', () => flight.steps.startEpisode()).message).toContain(
      'episode 1 is still',
    );
    flight.steps.endEpisode({});
    refusal('InvalidValue', () => flight.steps.endEpisode({}));
    expect(flight.steps.startEpisode()).toBe(2);
  });

  test('a number that is given wins over the episode that is going on, which goes on', () => {
    const flight = new Flight();
    flight.steps.startEpisode(3);
    flight.steps.record({ v: 1 }, 0);
    flight.steps.record({ v: 2 }, 0, 5);
    flight.steps.record({ v: 3 }, 1);
    expect(brief(flight, 'v')).toEqual([
      [3n, 0n, 1],
      [5n, 0n, 2],
      [3n, 1n, 3],
    ]);
  });

  test('an episode that is recorded under another number than its steps gives a warning', () => {
    const flight = new Flight();
    flight.steps.record({ v: 1 }, 0);
    flight.steps.recordEpisode({ success: true }, 5);
    expect(flight.warnings).toHaveLength(1);
    expect(flight.warnings[0]).toContain('episode 5');
    expect(flight.warnings[0]).toContain('episode 1');
    expect(flight.episodeRows()).toMatchObject([{ episode_id: 1n }, { episode_id: 5n, success: true }]);
  });

  test('numbered episodes give no warning, whether or not they have steps', () => {
    const flight = new Flight();
    flight.steps.record({ v: 1 }, 0, 1);
    flight.steps.recordEpisode({}, 1);
    flight.steps.recordEpisode({}, 2);
    flight.steps.startEpisode(3);
    flight.steps.record({ v: 1 }, 0);
    flight.steps.recordEpisode({}, 4);
    expect(flight.warnings).toEqual([]);
  });
});

describe('metadata', () => {
  test('of a step is JSON in a column of its own', () => {
    const flight = new Flight();
    flight.steps.record({ v: 1 }, 0, 1, { note: 'a', list: [1] });
    flight.steps.record({ v: 2 }, 1, 1);
    flight.steps.record({ v: 3 }, 2, 1, {});
    expect(flight.column('metadata')).toEqual(['{"note":"a","list":[1]}', null, '{}']);
    expect(flight.kindOf('metadata')).toBe('json');
  });

  test('of each agent is that of the step', () => {
    const flight = new Flight();
    flight.steps.record({ agent_0: { v: 1 }, agent_1: { v: 2 } }, 0, 1, { note: 'a' });
    expect(flight.column('metadata')).toEqual(['{"note":"a"}', '{"note":"a"}']);
  });

  test('that stands in the dictionary and in the call is not lost without a word', () => {
    const flight = new Flight();
    const call = () => flight.steps.record({ metadata: { a: 1 } }, 0, 1, { b: 2 });
    try {
      call();
    } catch {
      refusal('InvalidValue', call);
      return;
    }
    const [text] = flight.column('metadata') as string[];
    expect(JSON.parse(text!)).toEqual({ a: 1, b: 2 });
  });

  test('that JSON cannot hold is refused with the step', () => {
    const flight = new Flight();
    const cyclic: Record<string, unknown> = {};
    cyclic.self = cyclic;
    const error = refusal('InvalidValue', () => flight.steps.record({ v: 1 }, 0, 1, cyclic));
    expect(error.fields).toEqual({ table: 'steps', column: 'metadata', value: cyclic });
    expect(flight.stepRows()).toEqual([]);
  });
});

test('steps that are dropped count in both totals of their episode, or in neither', () => {
  const filler = defineTable('filler', { n: f64(), state: array('f64', 128) });
  const state = new Float64Array(128);
  const flight = new Flight({ memoryLimitBytes: 2 ** 20, overflow: 'drop-newest' });
  const fill = flight.writer.open(filler);
  flight.steps.record({ reward: 1, timestamp: 1 }, 0, 1);
  flight.writer.lane.beginUnit();
  flight.steps.record({ reward: 10, timestamp: 2 }, 1, 1);
  while (fill.append({ n: 0, state }) !== 0);
  flight.steps.record({ reward: 100, timestamp: 3 }, 2, 1);
  flight.writer.lane.endUnit();
  flight.writer.drain();
  flight.steps.record({ reward: 1000, timestamp: 4 }, 3, 1);
  flight.steps.recordEpisode({}, 1);
  expect(flight.column('step_number')).toEqual([0n, 3n]);
  const [{ total_steps, total_reward }] = flight.episodeRows() as [StoredRow];
  expect([
    [2n, 1001],
    [4n, 1111],
  ]).toContainEqual([total_steps, total_reward]);
  const counts = flight.writer.counts('steps');
  expect(counts).toMatchObject({ submitted: 4, written: 2, dropped: 2 });
  expect(addsUp(counts)).toBe(true);
});

describe('through a recorder', () => {
  test('a step belongs to the open frame, and becomes visible with its end', async () => {
    const backend = new MemoryBackend();
    await using recorder = await createRecorder({ backend });
    recorder.recordFrame(0.5);
    recorder.recordStep({ v: 1 }, 0);
    recorder.recordStep({ v: 2 }, 1);
    expect(backend.rows('steps')).toEqual([]);
    recorder.endFrame();
    recorder.recordStep({ v: 3 }, 2);
    await recorder.flush();
    expect(backend.rows('steps').map(({ v }) => v)).toEqual([1, 2, 3]);
    const [first] = backend.commits.filter(({ tables }) => tables.some(({ name }) => name === 'steps'));
    expect(first!.tables.map(({ name, rows }) => [name, rows.length])).toContainEqual([
      'simulation_frame',
      1,
    ]);
    for (const table of Object.values(recorder.metrics().tables)) expect(addsUp({ ...table })).toBe(true);
  });

  test('warnings are events, and validateData and explainData agree', async () => {
    const warnings: string[] = [];
    await using recorder = await createRecorder({ backend: new MemoryBackend() });
    recorder.on('warning', (message) => warnings.push(message));
    recorder.recordStep({ v: 1 }, 0);
    recorder.recordEpisode({}, 9);
    expect(warnings).toHaveLength(1);
    expect(recorder.validateData({ v: 2 })).toBe(true);
    expect(recorder.explainData({ v: 2 })).toEqual([]);
    expect(recorder.validateData({ v: 'x' })).toBe(false);
    expect(recorder.explainData({ v: 'x' })).toEqual([expect.stringContaining('v')]);
  });

  test('startEpisode and endEpisode without arguments complete the current episode', async () => {
    const backend = new MemoryBackend();
    await using recorder = await createRecorder({ backend });
    const episode = recorder.startEpisode();
    recorder.recordStep({ reward: 2 }, 0);
    recorder.endEpisode();
    await recorder.flush();
    expect(backend.merged('episodes')).toMatchObject([
      { episode_id: BigInt(episode), total_steps: 1n, total_reward: 2 },
    ]);
  });

  test('after close every call that records is refused', async () => {
    const backend = new MemoryBackend();
    const recorder = await createRecorder({ backend });
    recorder.recordStep({ v: 1 }, 0);
    await recorder.close();
    refusal('RecorderClosed', () => recorder.recordStep({ v: 2 }, 1));
    refusal('RecorderClosed', () => recorder.recordEpisode({}, 1));
    refusal('RecorderClosed', () => recorder.recordFrame(1));
    refusal('RecorderClosed', () => recorder.startEpisode());
    expect(backend.rows('steps')).toHaveLength(1);
    expect(backend.closed).toBe(true);
  });
});
