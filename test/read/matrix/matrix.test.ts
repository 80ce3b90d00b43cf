import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRecorder, type Recorder } from '../../../src/index.ts';
import { framesOf, openRecording, type Reader, replay, statesAt } from '../../../src/read/index.ts';
import { BACKENDS, type Backend, ENDINGS } from '../backends.ts';
import { CONFIG, RUN_ID, STEPS, simulate } from './simulate.ts';

const KILLED = fileURLToPath(new URL('killed.ts', import.meta.url));
const STATES = ['finished', 'live', 'killed'] as const;
const CASES = BACKENDS.flatMap((backend) => STATES.map((state) => [backend, state] as const));
const folder = mkdtempSync(join(tmpdir(), 'simtape-matrix-'));
const live: Recorder[] = [];

const pathOf = (backend: Backend, state: string) => join(folder, `${backend}-${state}${ENDINGS[backend]}`);

beforeAll(async () => {
  for (const [backend, state] of CASES) {
    const path = pathOf(backend, state);
    if (state === 'killed') {
      const { signal, stderr } = spawnSync(process.execPath, [KILLED, backend, path], { encoding: 'utf8' });
      expect([signal, stderr.replace(/.*Warning.*\n|.*--trace-warnings.*\n/g, '')]).toEqual(['SIGKILL', '']);
      continue;
    }
    const recorder = await createRecorder({ ...CONFIG, backend, path, thread: false });
    await simulate(recorder);
    if (state === 'live') live.push(recorder);
    else await recorder.close();
  }
});
afterAll(async () => {
  for (const recorder of live) await recorder.close();
  rmSync(folder, { recursive: true });
});

/** Columns whose values differ from one recording to another. */
const WALL = ['wall_clock_time', 'start_timestamp', 'end_timestamp'];

/** What each call answers, wall clocks left out. */
const CALLS: Readonly<Record<string, (reader: Reader) => Promise<unknown>>> = {
  runs: async (reader) =>
    reader.runs().map(({ startTimestamp, endTimestamp, state, provenance, ...run }) => run),
  tables: async (reader) =>
    reader
      .tables()
      // How SQL names a row's run, and where null may stand for a row before its column came.
      .map(({ run, columns, ...table }) => ({
        ...table,
        columns: columns.map(({ nullable, ...column }) => column),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  columns: (reader) => forTables(reader, (table, select) => table.columns({ select })),
  rows: (reader) => forTables(reader, (table, select) => Array.fromAsync(table.rows({ select }))),
  batches: (reader) =>
    forTables(reader, (table, select) => Array.fromAsync(table.batches({ select, batchRows: 77 }))),
  'one column': (reader) => reader.table('state').columns({ select: ['wide'] }),
  'no columns': (reader) => Array.fromAsync(reader.table('state').rows({ select: [] })),
  run_id: (reader) => forTables(reader, (table) => table.columns({ select: ['run_id'] })),
  'a limit': (reader) => forTables(reader, (table, select) => table.columns({ select, limit: 7 })),
  'where: episodes': (reader) =>
    reader.table('steps').columns({ where: { episode: [3, 1] }, select: ['step_id', 'gust'] }),
  'where: a time of steps': (reader) =>
    Array.fromAsync(reader.table('steps').rows({ where: { time: { from: 3, to: 4 } }, select: ['step_id'] })),
  'where: a time of frames': (reader) =>
    Array.fromAsync(reader.table('state').batches({ where: { time: { from: 1.9, to: 6 } }, limit: 150 })),
  'where: frames': (reader) =>
    reader.table('state').columns({ where: { frame: { from: 30, to: 390 } }, select: ['wide', 'note'] }),
  'where: an episode': (reader) =>
    Array.fromAsync(reader.table('episodes').rows({ where: { episode: 3 }, select: ['distance'] })),
  episodes: async (reader) =>
    (await reader.episodes()).map(({ startTimestamp, endTimestamp, ...episode }) => episode),
  'the states at a time': async (reader) => [
    await statesAt(reader, 2, { mode: 'exact' }),
    await statesAt(reader, 3.14),
    await statesAt(reader, 5.03, { mode: 'interpolated' }),
    await statesAt(reader, 100),
    await statesAt(reader, -1),
  ],
  'the steps at a time': (reader) => stepsAt(reader, 4.2),
  frames: (reader) => Array.fromAsync(framesOf(reader, { from: 2.9, to: 3.4 })),
  'frames of an episode': async (reader) => {
    const moments = await Array.fromAsync(framesOf(reader, { episode: 2, from: 3, to: 3.5 }));
    return moments.map(({ time, tables }) => [time, tables.steps!.map((row) => row.step_id)]);
  },
  replay: async (reader) => {
    const moments = replay(reader, { from: 1, to: 1.1, speed: 1e6 });
    return (await Array.fromAsync(moments)).map(({ frame, time }) => [frame, time]);
  },
  'a limit of 0': (reader) => reader.table('state').columns({ limit: 0 }),
  'the run': (reader) => forTables(reader, (table, select) => table.columns({ select, run: RUN_ID })),
  extents: (reader) =>
    forTables(reader, (table) => {
      const { columns } = table.info;
      const numbers = columns.filter(
        ({ name, kind }) => /^([fiu]\d|ref|timestamp)/.test(kind) && !WALL.includes(name),
      );
      return Promise.all(numbers.map(async ({ name }) => [name, await table.extent(name)]));
    }),
  query: (reader) =>
    reader.query(
      `SELECT episode_id, count(*) AS steps, sum(reward) AS reward, max(gust) AS gust, min(position_y) AS y
       FROM steps GROUP BY episode_id ORDER BY episode_id`,
    ),
  'a query with parameters': (reader) =>
    reader.query(
      'SELECT id, wide, raw, mode, flag FROM state WHERE body_id = ? AND single < ? ORDER BY id',
      [2, 3.5],
    ),
  'a query of episodes': (reader) =>
    reader.query(
      'SELECT episode_id, total_steps, success, termination_reason, distance FROM episodes ORDER BY 1',
    ),
  'a query of runs': (reader) =>
    reader.query('SELECT run_id, world, seed, configuration_hash, start_timestamp > 0 AS started FROM runs'),
  'a join': (reader) =>
    reader.query(
      `SELECT f.simulation_time, b.name, s.position_x FROM state s JOIN body b ON b.id = s.body_id
       JOIN simulation_frame f ON f.id = s.frame_id ORDER BY s.id LIMIT 9`,
    ),
  'a query row by row': async (reader) => {
    const { columns, rows } = await reader.iterate('SELECT id FROM state WHERE id < 6 ORDER BY id');
    return [columns, await Array.fromAsync(rows)];
  },
};

async function stepsAt(reader: Reader, time: number): Promise<unknown> {
  const moment = await statesAt(reader, time, { episode: 2, mode: 'interpolated' });
  return moment!.tables.steps!.map(({ timestamp, ...row }) => row);
}

async function forTables(
  reader: Reader,
  read: (table: ReturnType<Reader['table']>, select: readonly string[]) => Promise<unknown>,
): Promise<unknown> {
  const answers: Record<string, unknown> = {};
  for (const { name, id, columns } of reader.tables()) {
    const own = columns.map((column) => column.name).filter((column) => !WALL.includes(column));
    answers[name] = await read(reader.table(name), id === null ? own : [id, ...own]);
  }
  return answers;
}

describe.each(Object.entries(CALLS))('%s', (_, call) => {
  let wanted: unknown;
  beforeAll(async () => {
    using reader = await openRecording(pathOf('sqlite', 'finished'));
    wanted = normal(await call(reader));
  });

  it.each(CASES)('gives the same answer from a %s recording that is %s', async (backend, state) => {
    using reader = await openRecording(pathOf(backend, state));
    expect(normal(await call(reader))).toEqual(wanted);
  });
});

/** Columns carry what they know of themselves, of which `nullable` may differ. */
function normal(answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null || ArrayBuffer.isView(answer)) return answer;
  if (Array.isArray(answer)) return answer.map(normal);
  const { column, ...rest } = answer as Record<string, unknown>;
  return Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, normal(value)]));
}

it.each(CASES)('tells the state of a %s recording that is %s', async (backend, state) => {
  using reader = await openRecording(pathOf(backend, state));
  const [run] = reader.runs();
  expect(run!.state).toBe({ finished: 'ended', live: 'recording', killed: 'crashed' }[state]);
  expect(run!.endTimestamp === null).toBe(state !== 'finished');
  expect(run!).toMatchObject({ steps: STEPS, frames: STEPS, episodes: 3 });
});

it('says what was recovered from the journal', async () => {
  using reader = await openRecording(pathOf('parquet', 'killed'));
  expect(reader.notes).toEqual([expect.stringMatching(/^[\d,]+ rows come from the journal of /)]);
  using finished = await openRecording(pathOf('parquet', 'finished'));
  expect(finished.notes).toEqual([]);
});
