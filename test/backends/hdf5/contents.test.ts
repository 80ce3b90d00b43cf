import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  array,
  bool,
  bytes,
  createRecorder,
  defineTable,
  enumOf,
  f32,
  f64,
  i64,
  json,
  type Recorder,
  type RecorderConfig,
  timestamp,
  utf8,
  vec3,
} from '../../../src/index.ts';
import { openRecording } from '../../../src/read/index.ts';
import { scratch } from '../scratch.ts';
import { contentsOf, datasetAt, groupAt, withH5 } from './h5.ts';

const HDF5: readonly NonNullable<RecorderConfig['hdf5']>[] = [
  {},
  { chunkSize: 7 },
  { compression: 'lzf', chunkSize: 7 },
  { compression: 'lzf', shuffle: false, fletcher32: false, chunkSize: 100 },
  { compression: 'none', shuffle: false, fletcher32: false, chunkSize: 3 },
  { compression: 'gzip', compressionOpts: 9, trackOrder: false, chunkSize: 50 },
];

const Kinds = defineTable('kinds', {
  position: vec3({ unit: 'm', nullable: true }),
  x: f64({ nullable: true }),
  single: f32({ nullable: true }),
  wide: i64({ nullable: true }),
  flag: bool({ nullable: true }),
  note: utf8({ nullable: true }),
  data: json({ nullable: true }),
  raw: bytes({ nullable: true }),
  at: timestamp({ nullable: true }),
  mode: enumOf(['', 'a\0b', 'naïve'], { nullable: true }),
  weights: array('f32', 3, { nullable: true }),
  flags: array('bool', 2, { nullable: true }),
});
const TEXTS = ['', '\0', 'a\0b', '\ufeffmark', `\ufeff${'long '.repeat(20)}`, '日本語', null];

/** Nulls at first, at last, now and then, and never; columns that come late, in a table and in episodes. */
async function simulate(recorder: Recorder): Promise<void> {
  const kinds = recorder.table(Kinds);
  for (let i = 0; i < 60; i++) {
    const given = <T>(every: number, value: T): T | null => (i < 10 || i % every === 0 ? null : value);
    kinds.append({
      position: given(3, [i, -0, Number.NaN]),
      x: given(4, [Number.NaN, -0, Number.POSITIVE_INFINITY, 5e-324][i % 4]!),
      single: given(5, i === 12 ? Number.NaN : i / 2),
      wide: given(6, 2n ** 62n + BigInt(i)),
      flag: i === 59 ? null : i % 2 === 0,
      note: TEXTS[i % TEXTS.length]!,
      data: given(7, { i, zero: '\0' }),
      raw: given(4, new Uint8Array(i % 5).fill(i)),
      at: given(9, BigInt(i)),
      mode: given(4, (['', 'a\0b', 'naïve'] as const)[i % 3]!),
      weights: given(5, [i, Number.NaN, -0]),
      flags: given(3, [true, false]),
    });
    const step: Record<string, unknown> = { reward: i };
    if (i >= 20) step.gust = i % 2 === 0 ? i : null;
    if (i >= 30) step.label = i === 31 ? 'nul\0' : 'late';
    if (i >= 40) step.wind = [i, 1, 2];
    recorder.recordStep(step, i, 1 + (i % 3));
    if (i % 11 === 10) await recorder.flush();
  }
  recorder.recordEpisode({ success: true, note: 'a\0b' }, 2);
  await recorder.flush();
}

describe.each(HDF5.map((hdf5) => [JSON.stringify(hdf5), hdf5] as const))('with %s', (_, hdf5) => {
  let wanted: unknown;
  let found: unknown;
  it('a recording reads as the same recording in SQLite', async () => {
    const folder = scratch();
    const config = { runId: 'r', thread: false, flushIntervalMs: 3_600_000, hdf5 } as const;
    for (const [backend, name] of [
      ['sqlite', 'a.db'],
      ['hdf5', 'a.h5'],
    ] as const) {
      const path = join(folder, name);
      const recorder = await createRecorder({ ...config, backend, path });
      await simulate(recorder);
      if (backend === 'hdf5') {
        // As it is seen before the end: a checkpoint and the journal.
        found = await contentsOf(path);
        expect(found).toEqual(wanted);
      }
      await recorder.close();
      if (backend === 'hdf5') found = await contentsOf(path);
      else wanted = await contentsOf(path);
    }
    expect(found).toEqual(wanted);
  });
});

it('joins vectors, and leaves out what has no value', async () => {
  const path = join(scratch(), 'a.h5');
  const recorder = await createRecorder({ backend: 'hdf5', path, runId: 'r', thread: false });
  await simulate(recorder);
  await recorder.close();
  await withH5(path, (file) => {
    expect(groupAt(file, 'r').keys()).toEqual([
      'tables',
      'episode_000001',
      'episode_000002',
      'episode_000003',
    ]);
    expect(datasetAt(file, 'r/tables/kinds/position').shape).toEqual([60, 3]);
    expect(datasetAt(file, 'r/tables/kinds/position').attrs.units!.value).toBe('m');
    expect(datasetAt(file, 'r/tables/kinds/position').attrs.columns!.value).toEqual([
      'position_x',
      'position_y',
      'position_z',
    ]);
    expect(datasetAt(file, 'r/tables/kinds/weights').shape).toEqual([60, 3]);
    const { attrs } = groupAt(file, 'r/episode_000002');
    expect(attrs.success!.value).toBeTruthy();
    expect(attrs.note!.value).toBe('a\u001ab');
    expect(attrs.total_steps!.value).toEqual(20n);
    const columns = groupAt(file, 'r/episode_000001').keys();
    expect(columns).toEqual(expect.arrayContaining(['step_id', 'reward', 'gust', 'label', 'wind']));
    expect(columns).not.toContain('position');
    expect(columns).not.toContain('orientation');
    expect(datasetAt(file, 'r/episode_000001/wind').shape).toEqual([20, 3]);
  });
});

it('keeps vectors and columns of the same name apart', async () => {
  const path = join(scratch(), 'a.h5');
  const recorder = await createRecorder({ backend: 'hdf5', path, runId: 'r', thread: false });
  const Both = defineTable('both', { p: vec3(), p_w: f64() });
  const Same = defineTable('same', { p: vec3({ nullable: true }), other: f64() });
  recorder.table(Both).append({ p: [1, 2, 3], p_w: 4 });
  recorder.table(Same).append({ other: 1 });
  recorder.table(Same).append({ p: [4, 5, 6], other: 2 });
  recorder.recordStep({ v: [1, 2], w_x: 1 }, 0, 1);
  recorder.recordStep({ v: [3, 4], v_z: 5, w_x: 6 }, 1, 1);
  recorder.recordStep({ v: [7, 8], v_z: 9 }, 0, 2);
  await recorder.close();
  using reader = await openRecording(path);
  const [first, second, third] = await Array.fromAsync(reader.table('steps').rows());
  expect(first).toMatchObject({ v_x: 1, v_y: 2, v_z: null, w_x: 1 });
  expect(second).toMatchObject({ v_x: 3, v_y: 4, v_z: 5, w_x: 6 });
  expect(third).toMatchObject({ v_x: 7, v_y: 8, v_z: 9, w_x: null });
  expect(await Array.fromAsync(reader.table('both').rows())).toEqual([
    { id: 1, p_x: 1, p_y: 2, p_z: 3, p_w: 4 },
  ]);
  expect(await Array.fromAsync(reader.table('same').rows())).toMatchObject([
    { p_x: null, p_y: null, p_z: null, other: 1 },
    { p_x: 4, p_y: 5, p_z: 6, other: 2 },
  ]);
});

it('takes descriptions that HDF5 cannot hold, and keeps them as they were', async () => {
  const path = join(scratch(), 'a.h5');
  const odd = 'a\0b\ud800';
  const recorder = await createRecorder({ backend: 'hdf5', path, runId: 'r', thread: false, world: odd });
  const labels = [odd, 'a\u001ab\ufffd', 'c'] as const;
  const columns = { x: f64({ unit: odd, description: odd }), mode: enumOf(labels) };
  recorder.table(defineTable('odd', columns, { description: odd })).append({ x: 1, mode: odd });
  await recorder.close();
  const held = 'a\u001ab\ufffd';
  await withH5(path, (file) => {
    expect(groupAt(file, 'r').attrs.world!.value).toBe(held);
    expect(groupAt(file, 'r/tables/odd').attrs.description!.value).toBe(held);
    const { attrs } = datasetAt(file, 'r/tables/odd/x');
    expect([attrs.units!.value, attrs.description!.value]).toEqual([held, held]);
  });
  using reader = await openRecording(path);
  const table = reader.table('odd');
  expect(table.info).toMatchObject({
    description: odd,
    columns: [{ unit: odd, description: odd }, { labels }],
  });
  expect(await Array.fromAsync(table.rows())).toEqual([{ id: 1, x: 1, mode: odd }]);
});
