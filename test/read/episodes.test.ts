import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { array, defineTable, enumOf, f64, i64, ref, SimulationFrame, utf8, vec3 } from '../../src/index.ts';
import { openRecording } from '../../src/read/index.ts';
import { record, rejection, scratch } from '../backends/scratch.ts';
import { refusal } from '../support/errors.ts';
import { BACKENDS, ENDINGS, placeOf } from './backends.ts';

const Body = defineTable('body', {
  frame_id: ref(SimulationFrame),
  position: vec3(),
  mode: enumOf(['cast', 'surge']),
  note: utf8({ nullable: true }),
});

describe.each(BACKENDS)('%s', (backend) => {
  const { freshPath, record } = placeOf(backend);

  it('gives the episodes, with what was recorded of each', async () => {
    const path = freshPath();
    await record(
      path,
      (recorder) => {
        for (const episode of [2, 1]) recorder.recordStep({ reward: 1, timestamp: episode }, 0, episode);
        const ended = { success: true, termination_reason: 'source', distance: 2.5, metadata: { a: [1] } };
        recorder.recordEpisode({ ...ended, total_steps: 7, total_reward: 3.5, end_timestamp: 9 }, 2);
      },
      { runId: 'only', world: 'plume', seed: 5 },
    );
    using reader = await openRecording(path);
    const episodes = await reader.episodes();
    expect(episodes.map(({ episode }) => episode)).toEqual([1, 2]);
    expect(episodes[0]).toMatchObject({ success: null, terminationReason: null, fields: { distance: null } });
    expect(episodes[1]).toEqual({
      runId: 'only',
      episode: 2,
      startTimestamp: 2,
      endTimestamp: 9,
      steps: 7,
      reward: 3.5,
      success: true,
      terminationReason: 'source',
      metadata: { a: [1] },
      fields: { distance: 2.5 },
    });
    expect(await reader.episodes('only')).toEqual(episodes);
    await rejection('NotFound', reader.episodes('other'));
    expect(reader.provenance.get('only')).toMatchObject({
      world: 'plume',
      versions: { node: process.versions.node },
    });
    reader.close();
    await rejection('ReaderClosed', reader.episodes());
  });

  it('reads a table by its schema, and refuses one that was not recorded', async () => {
    const path = freshPath();
    await record(path, (recorder) => {
      recorder.recordFrame(0);
      recorder.table(Body).append({ position: [1, 2, 3], mode: 'surge' });
    });
    using reader = await openRecording(path);
    const [row] = await Array.fromAsync(reader.table(Body).rows());
    expect(row).toEqual({
      id: 1,
      frame_id: 1,
      position_x: 1,
      position_y: 2,
      position_z: 3,
      mode: 'surge',
      note: null,
    });
    const { position_z, note } = await reader.table(Body).columns({ select: ['position_z', 'note'] });
    expect([position_z.values, note.values]).toEqual([Float64Array.of(3), [null]]);
    expect((await reader.table(SimulationFrame).columns()).simulation_time.values[0]).toBe(0);
    const other = defineTable('body', {
      frame_id: f64(),
      position: vec3(),
      mode: enumOf(['cast', 'hover']),
      note: utf8(),
      weights: array('f32', 3),
      mass: i64({ nullable: true }),
    });
    const error = refusal('SchemaMismatch', () => reader.table(other));
    expect(error.fields).toEqual({ table: 'body' });
    expect(error.message).toBe(
      'table body was recorded with another schema: frame_id is ref to simulation_frame, not f64; ' +
        'mode is enum(cast, surge), not enum(cast, hover); note is null in some rows; ' +
        'weights was not recorded; mass was not recorded',
    );
    refusal('NotFound', () => reader.table(defineTable('ship', { x: f64() })));
    // A part of the columns is enough.
    const { mode } = await reader.table(defineTable('body', { mode: enumOf(['cast', 'surge']) })).columns();
    expect(mode.values).toEqual(['surge']);
  });
});

it('gives the episodes of a folder run by run, also where a run has none', async () => {
  const path = scratch();
  const [first, second, third] = [...BACKENDS];
  for (const [i, backend] of [first, second, third].entries()) {
    await record(
      join(path, `${backend}${ENDINGS[backend]}`),
      (recorder) => {
        // Fields of one name and of another kind in each run.
        if (i < 2) recorder.recordEpisode({ success: i === 0, place: i === 0 ? 'north' : 5 }, 4 + i);
        else recorder.recordFrame(1);
      },
      { backend, runId: backend },
    );
  }
  using reader = await openRecording(path);
  const episodes = await reader.episodes();
  expect(episodes.map(({ runId, episode, fields }) => [runId, episode, fields.place])).toEqual([
    [first, 4, 'north'],
    [second, 5, 5],
  ]);
  expect(await reader.episodes(third)).toEqual([]);
  expect([...reader.provenance.keys()]).toEqual([first, second, third]);
});
