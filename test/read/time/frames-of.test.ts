import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { framesOf, type Moment, openRecording } from '../../../src/read/index.ts';
import { record } from '../../backends/scratch.ts';
import { refusal } from '../../support/errors.ts';
import { BACKENDS, ENDINGS } from '../backends.ts';
import { folderForFile } from '../shared-folder.ts';
import { FRAMES, STEP, STEPS_FROM, simulate } from './simulate.ts';

const folder = folderForFile();

describe.each(BACKENDS)('%s', (backend) => {
  const path = join(folder, `flight-${backend}${ENDINGS[backend]}`);
  beforeAll(() =>
    record(path, simulate, { backend, parquet: { rowGroupValues: 200 }, hdf5: { chunkSize: 16 } }),
  );

  it('gives every frame with its rows', async () => {
    using reader = await openRecording(path);
    const moments = await Array.fromAsync(framesOf(reader));
    expect(moments.map(({ frame }) => frame)).toEqual(Array.from({ length: FRAMES }, (_, i) => i + 1));
    for (const [i, { time, tables }] of moments.entries()) {
      expect(time).toBe(i * STEP);
      const counts = Object.entries(tables).map(([name, rows]) => [name, rows.length]);
      expect(Object.fromEntries(counts)).toEqual({ state: 2, contact: i % 3, energy: 1 });
      expect(tables.state!.every((row) => row.frame_id === i + 1)).toBe(true);
    }
    const all = await Array.fromAsync(reader.table('state').rows());
    expect(moments.flatMap(({ tables }) => tables.state!)).toEqual(all);
  });

  it('gives the frames of a span of time, of some tables', async () => {
    using reader = await openRecording(path);
    const options = { from: 2, to: 3.1, tables: ['energy'] };
    const moments = await Array.fromAsync(framesOf(reader, options));
    expect(moments.map(({ time }) => time)).toEqual([2, 2.25, 2.5, 2.75, 3]);
    expect(moments[4]!.tables).toEqual({ energy: [expect.objectContaining({ total: 120, frame_id: 13 })] });
    expect(await Array.fromAsync(framesOf(reader, { from: 1e6 }))).toEqual([]);
    const frames = await Array.fromAsync(framesOf(reader, { frames: { from: 5, to: 6 }, to: 1 }));
    expect(frames.map(({ frame }) => frame)).toEqual([5]);
    refusal('InvalidConfig', () => framesOf(reader, { from: 2, to: 1 }));
    refusal('InvalidConfig', () => framesOf(reader, { from: Number.NaN }));
  });

  it('gives the steps of an episode, those of all agents at one time together', async () => {
    using reader = await openRecording(path);
    const span = { from: STEPS_FROM + 1, to: STEPS_FROM + 2 };
    const moments: Moment[] = await Array.fromAsync(framesOf(reader, { episode: 2, ...span }));
    expect(moments.map(({ time }) => time - STEPS_FROM)).toEqual([1, 1.25, 1.5, 1.75, 2]);
    for (const { tables } of moments) {
      expect(tables.steps!.map((row) => [row.episode_id, row.agent_id])).toEqual([
        [2n, 0n],
        [2n, 1n],
      ]);
    }
    expect(await Array.fromAsync(framesOf(reader, { episode: 2 }))).toHaveLength(FRAMES);
  });

  it('reads no further than it is asked', async () => {
    using reader = await openRecording(path);
    const moments = framesOf(reader);
    expect((await moments.next()).value).toMatchObject({ frame: 1 });
    await moments.return();
    expect(await moments.next()).toEqual({ done: true, value: undefined });
  });
});
