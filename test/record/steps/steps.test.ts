import { describe, expect, test } from 'vitest';
import { createRecorder } from '../../../src/create-recorder.ts';
import { refusal } from '../../support/errors.ts';
import { addsUp } from '../../support/fake-writer.ts';
import { Flight } from '../../support/flight.ts';
import { MemoryBackend } from '../../support/memory-backend.ts';

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
    expect(flight.brief('v')).toEqual([
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
    expect(flight.brief('v')).toEqual([
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
