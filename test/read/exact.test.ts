import { expect, it } from 'vitest';
import { createRecorder, defineTable, f64, u64 } from '../../src/index.ts';
import { openRecording } from '../../src/read/index.ts';
import { connect, freshPath, one, record, select } from '../backends/scratch.ts';

it('stores what SQLite cannot hold as near as it can, and the bits beside it', async () => {
  const path = freshPath();
  const Awkward = defineTable('awkward', { real: f64(), maybe: f64({ nullable: true }), count: u64() });
  await record(path, (recorder) => {
    const rows = recorder.table(Awkward);
    rows.append({ real: Number.NaN, maybe: Number.NaN, count: 2n ** 64n - 1n });
    rows.append({ real: -0, maybe: null, count: 2n ** 63n });
    rows.append({ real: Number.NEGATIVE_INFINITY, maybe: -0, count: 1 });
  });
  const database = connect(path);
  expect(select(database, 'SELECT real, maybe, count FROM awkward')).toEqual([
    { real: null, maybe: null, count: 2 ** 64 },
    { real: 0, maybe: null, count: 2 ** 63 },
    { real: Number.NEGATIVE_INFINITY, maybe: 0, count: 1 },
  ]);
  const exact = select(
    database,
    'SELECT column_name, hex(bits) AS bits, hex(row_ids) AS row_ids FROM simtape_exact',
  );
  const id = (row: number) => `0${row}00000000000000`;
  expect(exact).toHaveLength(5);
  expect(exact).toEqual(
    expect.arrayContaining([
      { column_name: 'real', bits: '0000000000000080', row_ids: id(2) },
      { column_name: 'maybe', bits: '000000000000F87F', row_ids: id(1) },
      { column_name: 'maybe', bits: '0000000000000080', row_ids: id(3) },
      { column_name: 'count', bits: 'FFFFFFFFFFFFFFFF', row_ids: id(1) },
      { column_name: 'count', bits: '0000000000000080', row_ids: id(2) },
    ]),
  );
});

it('keeps the exact values of one episode number apart between runs', async () => {
  const path = freshPath();
  for (const [runId, total_reward] of [
    ['a', -0],
    ['b', 5],
    ['c', Number.NaN],
    ['d', null],
  ] as const) {
    await record(path, (recorder) => recorder.recordEpisode({ total_reward }, 1), { runId });
  }
  using recording = await openRecording(path);
  const rewards = async (run: string) => [
    ...(await recording.table('episodes').columns({ run })).total_reward!.values,
  ];
  expect([await rewards('a'), await rewards('b'), await rewards('c')]).toEqual([[-0], [5], [Number.NaN]]);
  expect((await recording.table('episodes').columns({ run: 'd' })).total_reward!.nulls).toBe(1);
});

it.each<[string, readonly number[]]>([
  ['-0, then 5', [-0, 5]],
  ['-0, then 0', [-0, 0]],
  ['5, then -0', [5, -0]],
  ['NaN, then 5', [Number.NaN, 5]],
  ['5, then NaN', [5, Number.NaN]],
  ['NaN, then -0', [Number.NaN, -0]],
  ['-0, then NaN, then 0', [-0, Number.NaN, 0]],
])('reads what an episode was completed with last: %s', async (_, values) => {
  for (const apart of [false, true]) {
    const path = freshPath();
    const recorder = await createRecorder({ path, thread: false });
    recorder.recordEpisode({ path_efficiency: Number.NaN, total_reward: 3 }, 2);
    for (const value of values) {
      recorder.recordEpisode({ path_efficiency: value, total_reward: 3 }, 1);
      if (apart) await recorder.flush();
    }
    await recorder.close();
    using recording = await openRecording(path);
    const found = await Array.fromAsync(
      recording.table('episodes').rows({ select: ['episode_id', 'path_efficiency'] }),
    );
    expect(found).toEqual([
      { episode_id: 1n, path_efficiency: values.at(-1) },
      { episode_id: 2n, path_efficiency: Number.NaN },
    ]);
  }
});

it('does not count a null where a later row of an episode leaves a value out', async () => {
  const path = freshPath();
  await record(path, (recorder) => {
    recorder.recordEpisode({ success: true, note: 'first' }, 1);
    recorder.recordEpisode({ success: null, note: null, termination_reason: 'timeout' }, 1);
  });
  const found = select(connect(path), 'SELECT success, note, termination_reason FROM episodes');
  expect(found).toEqual([{ success: 1, note: 'first', termination_reason: 'timeout' }]);
  expect(one(connect(path), 'SELECT count(*) FROM episodes')).toBe(1);
});
