import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { defineTable, f64, type Recorder, ref, SimulationFrame, timestamp, u8 } from '../../../src/index.ts';
import {
  type ColumnData,
  openRecording,
  type Reader,
  type RecordedRow,
  type Where,
} from '../../../src/read/index.ts';
import { record, rejection, scratch } from '../../backends/scratch.ts';
import { BACKENDS, ENDINGS, placeOf } from '../backends.ts';
import { folderForFile } from '../shared-folder.ts';

const State = defineTable('state', {
  frame_id: ref(SimulationFrame),
  agent_id: u8({ nullable: true }),
  x: f64(),
});
/** Refers to frames before its own, so that the ids of frames do not rise. */
const Event = defineTable('event', { since: ref(SimulationFrame, { nullable: true }), x: f64() });
/** Times of its own: one in milliseconds, in another order than the rows. */
const Probe = defineTable('probe', { at: f64({ unit: 'ms', clock: 'simulation', nullable: true }) });
const Stamp = defineTable('stamp', { at: timestamp({ clock: 'simulation' }) });
const Plain = defineTable('plain', { x: f64() });

const FRAMES = 120;
const SMALL = { parquet: { rowGroupValues: 40, maxFileRows: 50 } };

function simulate(recorder: Recorder): void {
  recorder.table(Plain).append({ x: 1 });
  const ids: number[] = [];
  for (let i = 0; i < FRAMES; i++) {
    ids.push(recorder.recordFrame(i / 10));
    for (const agent_id of [0, 1, 2, null]) recorder.table(State).append({ agent_id, x: i });
    recorder.table(Event).append({ since: i % 7 === 0 ? null : ids[(i * 37) % ids.length]!, x: i });
    recorder.table(Probe).append({ at: i % 5 === 0 ? null : ((i * 53) % FRAMES) * 100 });
    recorder.table(Stamp).append({ at: BigInt(i) * 100_000_000n });
    recorder.endFrame();
    const agent = (n: number) => ({ reward: i * n });
    const data = i % 4 === 0 ? { reward: -1 } : { agent_0: agent(1), agent_1: agent(2) };
    recorder.recordStep({ ...data, ...(i < 60 ? {} : { time: i / 10 }) }, i, 1 + (i % 5));
  }
  recorder.recordEpisode({ success: true }, 2);
}

type Test = (row: RecordedRow, time: ReadonlyMap<unknown, number>) => boolean;
const between = (value: unknown, from: number, to: number) =>
  value !== null && (value as number) >= from && (value as number) <= to;

/** What is asked, of which table, and which of all its rows that is. */
const CASES: readonly [table: string, where: Where, test: Test][] = [
  ['steps', { episode: 3 }, (row) => row.episode_id === 3n],
  ['steps', { episode: [5, 2, 2, 99] }, (row) => row.episode_id === 2n || row.episode_id === 5n],
  ['steps', { episode: 1, agent: 1 }, (row) => row.episode_id === 1n && row.agent_id === 1n],
  ['steps', { time: { from: 7, to: 8 } }, (row) => between(row.time, 7, 8)],
  ['steps', { time: 7.3, agent: [0, 1] }, (row) => row.time === 7.3 && row.agent_id !== null],
  ['episodes', { episode: [2, 4] }, (row) => row.episode_id === 2n || row.episode_id === 4n],
  ['state', { agent: [0, 2] }, (row) => row.agent_id === 0 || row.agent_id === 2],
  ['state', { frame: 17 }, (row) => row.frame_id === 17],
  [
    'state',
    { frame: { from: 30, to: 33 }, agent: 1 },
    (row) => between(row.frame_id, 30, 33) && row.agent_id === 1,
  ],
  ['state', { frame: { from: 110 } }, (row) => between(row.frame_id, 110, Infinity)],
  ['state', { time: { to: 0.35 } }, (row, time) => between(time.get(row.frame_id), -Infinity, 0.35)],
  ['state', { time: 5 }, (row, time) => time.get(row.frame_id) === 5],
  ['event', { frame: { from: 20, to: 60 } }, (row) => between(row.since, 20, 60)],
  [
    'event',
    { time: { from: 2, to: 3 } },
    (row, time) => row.since !== null && between(time.get(row.since), 2, 3),
  ],
  ['probe', { time: { from: 1, to: 4 } }, (row) => between(row.at, 1000, 4000)],
  ['probe', { time: { from: -Infinity } }, (row) => row.at !== null],
  ['stamp', { time: { from: 0.5, to: 1 } }, (row) => between(row.at, 5e8, 1e9)],
  ['simulation_frame', { time: { from: 1, to: 2 } }, (row) => between(row.simulation_time, 1, 2)],
  ['simulation_frame', { frame: { to: 4 } }, (row) => between(row.id, 1, 4)],
  ['plain', {}, () => true],
];

/** What no row holds. */
const NONE: readonly [table: string, where: Where][] = [
  ['steps', { episode: [] }],
  ['steps', { episode: 3, agent: [] }],
  ['state', { frame: { from: 9, to: 3 } }],
  ['state', { time: 5.01 }],
  ['episodes', { episode: 6 }],
];

async function check(reader: Reader, table: string, where: Where, test: Test): Promise<RecordedRow[]> {
  const of = reader.table(table);
  const frames = await Array.fromAsync(reader.table('simulation_frame').rows());
  const time = new Map(frames.map((row) => [row.id, row.simulation_time as number]));
  const wanted = (await Array.fromAsync(of.rows())).filter((row) => test(row, time));
  expect(await Array.fromAsync(of.rows({ where }))).toEqual(wanted);
  // Columns that the conditions do not need, and those that they do.
  const id = of.info.id ?? 'episode_id';
  const [columns, some] = [await of.columns({ where, select: [id] }), await of.columns({ where, limit: 3 })];
  expect(Array.from(columns[id]!.values as Iterable<unknown>)).toEqual(wanted.map((row) => row[id]));
  expect(rowsOf(some)).toEqual(wanted.slice(0, 3));
  const batches = await Array.fromAsync(of.batches({ where, batchRows: 7 }));
  expect(batches.flatMap((batch) => rowsOf(batch.columns))).toEqual(wanted);
  expect(batches.slice(0, -1).every(({ rows }) => rows === 7)).toBe(true);
  return wanted;
}

/** Columns as rows; JSON stands in none of the tables here. */
function rowsOf(columns: Readonly<Record<string, ColumnData>>): RecordedRow[] {
  const [first] = Object.values(columns);
  return Array.from({ length: first!.values.length }, (_, row) =>
    Object.fromEntries(
      Object.entries(columns).map(([name, { values, validity }]) => [
        name,
        validity !== undefined && (validity[row >> 3]! & (1 << (row & 7))) === 0 ? null : values[row],
      ]),
    ),
  );
}

const folder = folderForFile();
const pathOf = (backend: string) => join(folder, `flight-${backend}`);

describe.each(BACKENDS)('%s', (backend) => {
  const path = `${pathOf(backend)}${ENDINGS[backend]}`;
  beforeAll(() => record(path, simulate, { backend, ...SMALL }));

  it.each(CASES)('gives the rows of %s where %j', async (table, where, test) => {
    using reader = await openRecording(path);
    expect(await check(reader, table, where, test)).not.toEqual([]);
  });

  it.each(NONE)('gives no row of %s where %j', async (table, where) => {
    using reader = await openRecording(path);
    expect(await check(reader, table, where, () => false)).toEqual([]);
  });

  it('takes as many episodes as one likes', async () => {
    using reader = await openRecording(path);
    const episode = Array.from({ length: 3000 }, (_, i) => 2 * i + 1);
    await check(reader, 'steps', { episode }, (row) => (row.episode_id as bigint) % 2n === 1n);
  });

  it('refuses what is no condition, and what a table has no column for', async () => {
    using reader = await openRecording(path);
    const refusal = (table: string, where: object) =>
      rejection('InvalidConfig', reader.table(table).columns({ where: where as Where }));
    expect((await refusal('plain', { agent: 1 })).message).toBe(
      'where.agent needs a number agent_id, which table plain has not got; tables that have one: state, steps',
    );
    expect((await refusal('plain', { time: 1 })).message).toMatch(/tables that have one: .*simulation_frame/);
    expect((await refusal('stamp', { frame: 1 })).message).toMatch(
      /tables that have one: simulation_frame, .*event/,
    );
    await refusal('state', { episode: 1 });
    for (const where of [
      { epsiode: 1 },
      { episode: 1.5 },
      { episode: '1' },
      { agent: [0, Number.NaN] },
      { frame: 0.5 },
      { frame: { start: 1 } },
      { time: Number.NaN },
      { time: { to: Number.NaN } },
      { time: '3' },
      { time: null },
    ]) {
      const table = 'agent' in where || 'frame' in where ? 'state' : 'steps';
      await refusal(table, where);
    }
    const rows = reader.table('plain').rows({ where: { agent: 1 } });
    await rejection('InvalidConfig', rows.next());
  });
});

it('reads a folder of runs of every backend, some of which have not got the column', async () => {
  const path = scratch();
  for (const backend of BACKENDS) {
    await record(join(path, `${backend}${ENDINGS[backend]}`), simulate, {
      backend,
      runId: backend,
      ...SMALL,
    });
  }
  const Bare = defineTable('state', { x: f64() });
  await placeOf('sqlite').record(join(path, 'bare.db'), (recorder) => {
    recorder.table(Bare).append({ x: 5 });
  });
  using reader = await openRecording(path);
  const state = reader.table('state');
  const where = { time: { from: 1, to: 1.2 }, agent: 2 };
  const { run_id, x } = await state.columns({ select: ['run_id', 'x'], where });
  expect(run_id!.values).toEqual(BACKENDS.flatMap((backend) => [backend, backend, backend]));
  expect(Array.from(x!.values as Float64Array)).toEqual(BACKENDS.flatMap(() => [10, 11, 12]));
  const one = await Array.fromAsync(state.rows({ where, run: 'hdf5', limit: 2 }));
  expect(one.map((row) => [row.run_id, row.x])).toEqual([
    ['hdf5', 10],
    ['hdf5', 11],
  ]);
  expect(
    (await rejection('InvalidConfig', reader.table('plain').columns({ where: { episode: 1 } }))).message,
  ).toMatch(/tables that have one: episodes, steps$|tables that have one: steps, episodes$/);
});

it('tells the runs of one SQLite file apart', async () => {
  const path = join(scratch(), 'two.db');
  for (const runId of ['a', 'b']) await record(path, simulate, { backend: 'sqlite', runId });
  using reader = await openRecording(path);
  const state = reader.table('state');
  const where = { time: 3, agent: 0 };
  expect((await state.columns({ where, select: ['run_id'] })).run_id!.values).toEqual(['a', 'b']);
  expect((await state.columns({ where, select: ['run_id'], run: 'b' })).run_id!.values).toEqual(['b']);
});
