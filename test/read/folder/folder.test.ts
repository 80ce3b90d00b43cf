import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineTable, enumOf, f32, f64, i32, i64, type RecorderConfig, utf8 } from '../../../src/index.ts';
import { findRecordings, openRecording } from '../../../src/read/index.ts';
import { record, rejection, scratch } from '../../backends/scratch.ts';
import { refusal } from '../../support/errors.ts';
import { difference } from '../bits.ts';

const Small = defineTable('sample', { x: f64({ unit: 'm' }), mode: enumOf(['cast', 'surge']) });
const Wide = defineTable('sample', { x: f64({ unit: 'm' }), mode: enumOf(['surge', 'turn']), note: utf8() });
const Only = defineTable('only', { y: f64() });

const KILLED = fileURLToPath(new URL('../matrix/killed.ts', import.meta.url));
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'simtape-folder-'));
  mkdirSync(join(folder, 'deep', 'er'), { recursive: true });
  await recordRuns(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Two runs in Parquet, two in one SQLite file. */
async function recordRuns(to: string): Promise<void> {
  const run = (path: string | null, runId: string, config: RecorderConfig, wide: boolean) => {
    const at = path === null ? { directory: to } : { path: join(to, path) };
    const recorder = { runId, thread: false, ...at, ...config };
    return record(
      undefined as never,
      (recorder) => {
        for (let i = 0; i < 3; i++) {
          if (wide) recorder.table(Wide).append({ x: -0, mode: 'turn', note: `${runId} ${i}` });
          else recorder.table(Small).append({ x: i, mode: 'cast' });
          recorder.recordStep({ reward: i, ...(wide ? { gust: i } : {}) }, i, 1);
        }
        if (runId === 'd') recorder.table(Only).append({ y: 1 });
        recorder.recordEpisode({ success: wide }, 1);
      },
      recorder,
    );
  };
  await run(null, 'a', { backend: 'parquet' }, false);
  await run('flights.db', 'b', {}, true);
  await run('flights.db', 'c', {}, true);
  await run(join('deep', 'er', 'own'), 'd', { backend: 'parquet' }, true);
}

it('finds recordings in a folder and its folders', () => {
  expect(findRecordings(folder).sort()).toEqual([
    join(folder, 'deep', 'er', 'own'),
    join(folder, 'flights.db'),
    join(folder, 'runs', 'a'),
  ]);
});

it('goes round no circle of links', () => {
  const circle = scratch();
  mkdirSync(join(circle, 'inner'));
  for (const name of ['a.db', 'inner/b.db']) writeFileSync(join(circle, name), '');
  symlinkSync('.', join(circle, 'self'));
  symlinkSync('..', join(circle, 'inner', 'up'));
  symlinkSync('loop', join(circle, 'loop'));
  expect(findRecordings(circle).sort()).toEqual([join(circle, 'a.db'), join(circle, 'inner', 'b.db')]);
});

it('lists all runs in the order of their beginning', async () => {
  using recording = await openRecording(folder);
  expect(
    recording.runs().map(({ runId, steps, episodes, state }) => [runId, steps, episodes, state]),
  ).toEqual(['a', 'b', 'c', 'd'].map((run) => [run, 3, 1, 'ended']));
  expect([recording.format, recording.notes]).toEqual(['parquet, sqlite', []]);
});

it('unites tables: columns of all, run_id in front', async () => {
  using recording = await openRecording(folder);
  const info = recording.table('sample').info;
  expect(info).toMatchObject({ id: 'id', run: 'run_id', rows: 12 });
  expect(info.columns.map(({ name, nullable }) => [name, nullable])).toEqual([
    ['run_id', false],
    ['x', false],
    ['mode', false],
    ['note', true],
  ]);
  expect(info.columns[2]!.labels).toEqual(['cast', 'surge', 'turn']);
  expect(
    recording
      .tables()
      .map(({ name, rows }) => [name, rows])
      .sort(),
  ).toEqual([
    ['episodes', 4],
    ['only', 1],
    ['sample', 12],
    ['steps', 12],
  ]);
});

it('reads the rows run by run, null where a run has not got a column', async () => {
  using recording = await openRecording(folder);
  const { run_id, id, x, note } = await recording.table('sample').columns();
  expect(run_id!.values).toEqual(['a', 'b', 'c', 'd'].flatMap((run) => [run, run, run]));
  expect([...id!.values]).toEqual([1, 2, 3, 1, 2, 3, 4, 5, 6, 1, 2, 3]);
  expect(difference(x!, [0, 1, 2, ...Array(9).fill(-0)])).toBeNull();
  const notes = ['b', 'c', 'd'].flatMap((run) => [0, 1, 2].map((i) => `${run} ${i}`));
  expect(difference(note!, [null, null, null, ...notes])).toBeNull();
  const rows = await Array.fromAsync(recording.table('sample').rows());
  expect(rows[0]).toEqual({ id: 1, run_id: 'a', x: 0, mode: 'cast', note: null });
  expect(rows[11]).toEqual({ id: 3, run_id: 'd', x: -0, mode: 'turn', note: 'd 2' });
});

describe('options', () => {
  it('read one run', async () => {
    using recording = await openRecording(folder);
    const table = recording.table('sample');
    const { run_id, note } = await table.columns({ run: 'c', select: ['run_id', 'note'] });
    expect([run_id!.values, note!.values]).toEqual([
      ['c', 'c', 'c'],
      ['c 0', 'c 1', 'c 2'],
    ]);
    // A run whose recording has not got the table has no rows of it.
    expect(await recording.table('only').columns({ run: 'a' })).toMatchObject({
      y: { values: { length: 0 } },
    });
    const error = await rejection('NotFound', table.columns({ run: 'z' }));
    expect(error.message).toBe('there is no run z; there are a, b, c, d');
  });

  it('read nothing of a run that has not got the table', async () => {
    using recording = await openRecording(folder);
    const table = recording.table('only');
    expect((await table.columns({ run: 'a', select: ['y'] })).y!.values).toHaveLength(0);
    expect(await Array.fromAsync(table.rows({ run: 'd', select: ['y'] }))).toEqual([{ y: 1 }]);
    const error = await rejection('NotFound', table.columns({ run: 'z' }));
    expect(error.message).toBe('there is no run z; there are a, b, c, d');
  });

  it('limit the rows of all runs together', async () => {
    using recording = await openRecording(folder);
    const table = recording.table('steps');
    for (const limit of [0, 2, 5, 12, 99]) {
      const { reward } = await table.columns({ select: ['reward'], limit });
      expect([...reward!.values]).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2].slice(0, limit));
      expect(await Array.fromAsync(table.rows({ limit }))).toHaveLength(Math.min(limit, 12));
    }
  });

  it('select columns, in that order', async () => {
    using recording = await openRecording(folder);
    const [row] = await Array.fromAsync(
      recording.table('sample').rows({ select: ['note', 'run_id'], limit: 1 }),
    );
    expect(Object.entries(row!)).toEqual([
      ['note', null],
      ['run_id', 'a'],
    ]);
    const batches = await Array.fromAsync(recording.table('sample').batches({ select: ['x'], batchRows: 2 }));
    expect(batches.map(({ rows }) => rows)).toEqual([2, 1, 2, 2, 2, 2, 1]);
  });

  it('refuse what there is not', async () => {
    using recording = await openRecording(folder);
    refusal('NotFound', () => recording.table('nothing'));
    await rejection('NotFound', recording.table('only').columns({ select: ['x'] }));
  });
});

it('gives extents over all runs', async () => {
  using recording = await openRecording(folder);
  expect(await recording.table('steps').extent('reward')).toEqual({ least: 0, greatest: 2 });
  expect(await recording.table('only').extent('y')).toEqual({ least: 1, greatest: 1 });
  expect(await recording.table('sample').extent('x')).toEqual({ least: 0, greatest: 2 });
});

it('answers SQL over all runs, whatever their format', async () => {
  using recording = await openRecording(folder);
  const { rows } = await recording.query(
    `SELECT s.run_id, count(*), max(gust), any_value(e.success) FROM steps s
     JOIN episodes e ON e.run_id = s.run_id AND e.episode_id = s.episode_id GROUP BY s.run_id ORDER BY 1`,
  );
  expect(rows).toEqual([
    ['a', 3, null, 0],
    ['b', 3, 2, 1],
    ['c', 3, 2, 1],
    ['d', 3, 2, 1],
  ]);
  const runs = await recording.query('SELECT run_id, format, state FROM runs ORDER BY run_id');
  expect(runs.rows).toEqual([
    ['a', 'parquet', 'ended'],
    ['b', 'sqlite', 'ended'],
    ['c', 'sqlite', 'ended'],
    ['d', 'parquet', 'ended'],
  ]);
  const modes = await recording.query('SELECT mode, count(*) FROM sample GROUP BY mode ORDER BY mode');
  expect(modes.rows).toEqual([
    ['cast', 3],
    ['turn', 9],
  ]);
});

it('refuses a column that is of one kind here and of another there, and reads the others', async () => {
  const own = scratch();
  for (const [runId, value] of [
    ['a', 1],
    ['b', 'text'],
  ] as const) {
    const config = { backend: 'parquet', directory: own, runId } as const;
    await record(undefined as never, (recorder) => recorder.recordStep({ value, reward: 1 }, 0, 1), {
      ...config,
      path: undefined,
    });
  }
  using recording = await openRecording(own);
  const steps = recording.table('steps');
  const error = await rejection('SchemaMismatch', steps.columns());
  expect(error.message).toMatch(/steps\.value is f64 in .*runs\/a and utf8 in .*runs\/b: read one run/);
  expect(error.fields).toEqual({ table: 'steps', column: 'value' });
  expect((await steps.columns({ run: 'b', select: ['value'] })).value!.values).toEqual(['text']);
  expect([...(await steps.columns({ select: ['reward'] })).reward!.values]).toEqual([1, 1]);
});

it('converts no column in SQL that would not be the same, and unites what is', async () => {
  const own = scratch();
  const tables = [
    defineTable('sample', { wide: i64(), small: i32(), single: f32(), note: utf8() }),
    defineTable('sample', { wide: f64(), small: f64(), single: f64(), note: enumOf(['a']) }),
  ];
  for (const [i, table] of tables.entries()) {
    const wide = i === 0 ? 2n ** 53n + 1n : 0.5;
    await record(
      join(own, `${i}`),
      (recorder) => recorder.table(table).append({ wide, small: 7, single: 0.5, note: 'a' } as never),
      { backend: 'parquet', runId: `${i}` },
    );
  }
  using recording = await openRecording(own);
  const { rows } = await recording.query('SELECT small, single, note, count(*) FROM sample GROUP BY ALL');
  expect(rows).toEqual([[7, 0.5, 'a', 2]]);
  for (const sql of ['SELECT wide FROM sample', 'SELECT * FROM sample', 'SELECT sum(wide) FROM sample']) {
    const error = await rejection('QueryFailed', recording.query(sql));
    expect(error.message).toMatch(/sample\.wide is i64 in .*0 and f64 in .*1: query other columns/);
  }
});

it('leaves out what cannot be read, and a run that is there twice, and says so', async () => {
  const own = scratch();
  cpSync(folder, own, { recursive: true });
  copyFileSync(join(own, 'flights.db'), join(own, 'twin.db'));
  writeFileSync(join(own, 'broken.db'), 'SQLite format 3\0 and nothing more');
  writeFileSync(join(own, 'runs', 'a', 'run.json'), '{');
  const foreign = new DatabaseSync(join(own, 'foreign.sqlite'));
  foreign.exec('CREATE TABLE mine (x)');
  foreign.close();
  using recording = await openRecording(own);
  expect(recording.runs().map(({ runId }) => runId)).toEqual(['b', 'c', 'd']);
  expect(recording.notes.toSorted()).toEqual([
    expect.stringMatching(/^left out: .*broken\.db/),
    expect.stringMatching(/^left out: .*foreign\.sqlite is a SQLite database, but not a simtape recording/),
    expect.stringMatching(/^left out: .*runs\/a/),
    expect.stringMatching(/^left out: .*twin\.db holds run b, as .*flights\.db does/),
  ]);
});

it.runIf(process.platform === 'linux')('keeps no file open for a run that was cut off', async () => {
  const own = scratch();
  const first = join(own, 'first');
  const killed = spawnSync(process.execPath, [KILLED, 'parquet', first], { encoding: 'utf8' });
  expect(killed.signal).toBe('SIGKILL');
  const open = () => readdirSync('/proc/self/fd').length;
  const before = open();
  using recording = await openRecording(own);
  expect(open()).toBe(before);
  expect(recording.runs()).toMatchObject([{ state: 'crashed' }]);
  expect(recording.notes).toHaveLength(1);
  expect((await recording.table('steps').columns()).reward!.values).toHaveLength(400);
  expect((await recording.query('SELECT count(*) FROM steps')).rows).toEqual([[400]]);
});

it('refuses a folder without recordings', async () => {
  const own = scratch();
  expect((await rejection('NotARecording', openRecording(own))).message).toBe(`${own} holds no recording`);
  writeFileSync(join(own, 'x.db'), 'x');
  expect((await rejection('NotARecording', openRecording(own))).message).toMatch(
    /none|that can be read: .*x\.db/,
  );
});

it('answers no more once it is closed', async () => {
  const recording = await openRecording(folder);
  recording.close();
  recording.close();
  refusal('ReaderClosed', () => recording.runs());
  await rejection('ReaderClosed', recording.query('SELECT 1'));
});
