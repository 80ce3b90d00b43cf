import { describe, expect, test } from 'vitest';
import { array, f64 } from '../../../src/schema/columns.ts';
import { defineTable } from '../../../src/schema/table.ts';
import { refusal } from '../../support/errors.ts';
import { addsUp } from '../../support/fake-writer.ts';
import { Flight } from '../../support/flight.ts';
import type { StoredRow } from '../../support/memory-backend.ts';

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
    expect(flight.brief('v')).toEqual([
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
    expect(flight.brief('v')).toEqual([
      [7n, 0n, 1],
      [8n, 0n, 2],
    ]);
  });

  test('a step that is refused uses up no number', () => {
    const flight = new Flight();
    refusal('InvalidValue', () => flight.steps.record({ 'bad name': 1 }, 0));
    flight.steps.record({ v: 1 }, 0);
    expect(flight.brief('v')).toEqual([[1n, 0n, 1]]);
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
    expect(flight.brief('v')).toEqual([
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
    expect(flight.brief('v')).toEqual([
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
