import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { createRecorder, defineTable, f64, isSimtapeError, type Recorder, u64 } from '../../src/index.ts';
import { openRecording, type QueryParameter } from '../../src/read/index.ts';
import { SqliteReader } from '../../src/read/sqlite/reader.ts';
import { freshPath, record, rejection } from '../backends/scratch.ts';
import { refusal } from '../support/errors.ts';

async function recording(path: string, thread: boolean): Promise<Recorder> {
  const recorder = await createRecorder({ path, thread });
  for (let i = 0; i < 10; i++) recorder.recordStep({ reward: i }, i, 1);
  await recorder.flush();
  return recorder;
}

it.each([true, false])(
  'answers queries about what was flushed, while it records (thread: %s)',
  async (thread) => {
    const recorder = await recording(freshPath(), thread);
    const total = () => recorder.executeQuery('SELECT count(*) AS steps, sum(reward) AS total FROM steps');
    expect(await total()).toEqual([{ steps: 10, total: 45 }]);
    recorder.recordStep({ reward: 55 }, 10, 1);
    await recorder.flush();
    expect(await total()).toEqual([{ steps: 11, total: 100 }]);
    recorder.recordStep({ reward: 1 }, 11, 1);
    recorder.flushSync();
    expect(await total()).toEqual([{ steps: 12, total: 101 }]);
    await recorder.close();
  },
);

it('sees a table and a column that came after its first query', async () => {
  const recorder = await recording(freshPath(), false);
  expect(await recorder.executeQuery('SELECT count(*) AS n FROM steps')).toEqual([{ n: 10 }]);
  const Late = defineTable('late', { x: f64() });
  recorder.table(Late).append({ x: 7 });
  recorder.recordStep({ reward: 1, gust: 3 }, 10, 1);
  await recorder.flush();
  expect(await recorder.executeQuery('SELECT x, gust FROM late, steps WHERE gust IS NOT NULL')).toEqual([
    { x: 7, gust: 3 },
  ]);
  await recorder.close();
});

it('gives the columns that came after its first query, under their own names', async () => {
  const recorder = await recording(freshPath(), false);
  const sql = 'SELECT steps.*, episodes.* FROM steps JOIN episodes USING (episode_id) WHERE step_number = ?';
  const [before] = await recorder.executeQuery(sql, [0]);
  recorder.recordStep({ reward: 1, gust: 3 }, 10, 1);
  await recorder.flush();
  const [after] = await recorder.executeQuery(sql, [10]);
  expect(Object.keys(after!)).toEqual(expect.arrayContaining(Object.keys(before!)));
  expect(after).toMatchObject({ step_number: 10, reward: 1, gust: 3, total_steps: null });
  await recorder.close();
});

it('takes parameters of every type', async () => {
  const recorder = await recording(freshPath(), false);
  const sql = 'SELECT step_number AS n FROM steps WHERE step_number BETWEEN ? AND ? ORDER BY n';
  expect(await recorder.executeQuery(sql, [3, 5n])).toEqual([{ n: 3 }, { n: 4 }, { n: 5 }]);
  const echo = await recorder.executeQuery('SELECT ? AS t, ? AS b, ? AS z, ? AS i, ? AS f', [
    'schön',
    Uint8Array.of(1, 2),
    null,
    2n ** 62n,
    -1.5,
  ]);
  expect(echo).toEqual([{ t: 'schön', b: Uint8Array.of(1, 2), z: null, i: 2n ** 62n, f: -1.5 }]);
  expect(
    await recorder.executeQuery('SELECT count(*) AS n FROM steps WHERE (reward > 3) = ?', [true]),
  ).toEqual([{ n: 6 }]);
  await recorder.close();
});

const WRITES = [
  "INSERT INTO runs (run_id, start_timestamp, run_number) VALUES ('x', 0, 9)",
  'UPDATE steps SET reward = 0',
  'DELETE FROM steps',
  'DROP TABLE steps',
  'CREATE TABLE other (x)',
  'PRAGMA user_version = 7',
  'PRAGMA journal_mode = DELETE',
];

it.each(WRITES)('is read-only: %s', async (sql) => {
  const path = freshPath();
  const recorder = await recording(path, false);
  const before = await recorder.executeQuery('SELECT total(reward) AS total, count(*) AS n FROM steps');
  const error = await rejection('QueryFailed', recorder.executeQuery(sql));
  expect(error.fields).toEqual({ sql });
  // It still records and answers.
  recorder.recordStep({ reward: 1 }, 10, 1);
  await recorder.flush();
  const after = await recorder.executeQuery(
    'SELECT total(reward) - 1 AS total, count(*) - 1 AS n FROM steps',
  );
  expect(after).toEqual(before);
  expect(await recorder.executeQuery('PRAGMA user_version')).toEqual([{ user_version: 1 }]);
  await recorder.close();
});

it('writes no other file either', async () => {
  const path = freshPath();
  const recorder = await recording(path, false);
  const other = join(dirname(path), 'other.db');
  for (const sql of [`VACUUM INTO '${other}'`, `ATTACH '${other}' AS other`]) {
    await rejection('QueryFailed', recorder.executeQuery(sql));
  }
  await recorder.close();
  expect(readdirSync(dirname(path))).toEqual([basename(path)]);
});

it.each<[string, RegExp]>([
  ['SELEC 1', /syntax error/],
  ['SELECT * FROM nowhere', /no such table: nowhere/],
  ['SELECT 1 WHERE', /incomplete input/],
  ['', /no statements/],
  ['-- nothing', /no statements/],
])('says what is wrong with a query: %j', async (sql, reason) => {
  const recorder = await recording(freshPath(), false);
  const error = await rejection('QueryFailed', recorder.executeQuery(sql));
  expect(error.message).toMatch(reason);
  expect(error.fields).toEqual({ sql });
  await recorder.close();
});

it.each<[string, unknown, RegExp]>([
  ['too many', [1, 2], /fewer \? than the 2 values/],
  ['too few', [], /more \? than the 0 values/],
  ['beyond 64 bits', [2n ** 64n], /too large/],
  ['no list', { x: 1 }, /a list with a value for each \?, not \{ x \}/],
  ['of another type', [new Date(0)], /parameter 1 is Date \{\}; it takes a number, bigint, string/],
  ['not there', [undefined], /parameter 1 is undefined/],
])('refuses parameters that are %s', async (_, parameters, reason) => {
  const recorder = await recording(freshPath(), false);
  const query = recorder.executeQuery('SELECT ? AS x', parameters as QueryParameter[]);
  expect((await rejection('QueryFailed', query)).message).toMatch(reason);
  await recorder.close();
});

it('keeps no snapshot that would hide later rows', async () => {
  const recorder = await recording(freshPath(), false);
  for (const sql of ['BEGIN', 'SELECT * FROM steps', 'SAVEPOINT mine', 'SELECT * FROM steps']) {
    try {
      await recorder.executeQuery(sql);
    } catch (error) {
      expect(isSimtapeError(error, 'QueryFailed')).toBe(true);
    }
  }
  recorder.recordStep({ reward: 1 }, 10, 1);
  await recorder.flush();
  expect(await recorder.executeQuery('SELECT count(*) AS n FROM steps')).toEqual([{ n: 11 }]);
  await recorder.close();
});

it('takes one statement at a time, with what may stand behind it', async () => {
  const recorder = await recording(freshPath(), false);
  for (const sql of [
    'SELECT 1 AS x; SELECT 2',
    'SELECT 1; DROP TABLE steps',
    "SELECT ';'; -- no\nSELECT 2",
  ]) {
    expect((await rejection('QueryFailed', recorder.executeQuery(sql))).fields).toEqual({ sql });
  }
  for (const sql of ['SELECT 1 AS x;', ' SELECT 1 AS x ; -- the end', 'SELECT 1 AS x /* ; */;\n;']) {
    expect(await recorder.executeQuery(sql)).toEqual([{ x: 1 }]);
  }
  await recorder.close();
});

it('answers before anything was recorded', async () => {
  const recorder = await createRecorder({ path: freshPath(), thread: false });
  expect(await recorder.executeQuery('SELECT run_id FROM runs')).toEqual([{ run_id: recorder.runId }]);
  await recorder.close();
});

it('answers no more once it is closed, and leaves no connection open', async () => {
  const path = freshPath();
  const recorder = await recording(path, false);
  await recorder.close();
  await rejection('RecorderClosed', recorder.executeQuery('SELECT 1'));
  expect(readdirSync(dirname(path))).toHaveLength(1);
});

const Wide = defineTable('wide', { value: u64() });

it('gives integers as numbers where they are exact, as bigints beyond', async () => {
  const path = freshPath();
  await record(path, (recorder) => {
    for (const value of [0, 2n ** 53n - 1n, 2n ** 53n + 1n, 2n ** 63n - 1n])
      recorder.table(Wide).append({ value });
  });
  using reader = await openRecording(path);
  const { columns, rows } = await reader.query('SELECT value, -value FROM wide ORDER BY id');
  expect(columns).toEqual(['value', '-value']);
  expect(rows).toEqual([
    [0, 0],
    [2 ** 53 - 1, -(2 ** 53) + 1],
    [2n ** 53n + 1n, -(2n ** 53n) - 1n],
    [2n ** 63n - 1n, -(2n ** 63n) + 1n],
  ]);
});

it('keeps columns of one name apart in what a reader’s query gives', async () => {
  const path = freshPath();
  await record(path, (recorder) => recorder.recordStep({ reward: 1 }, 0, 1));
  using reader = await openRecording(path);
  const found = await reader.query('SELECT 1 AS a, 2 AS a, reward FROM steps WHERE step_number = ?', [0]);
  expect(found).toEqual({ columns: ['a', 'a', 'reward'], rows: [[1, 2, 1]] });
  expect((await reader.query('SELECT * FROM steps WHERE step_number = 9')).rows).toEqual([]);
});

it('lets a reader of a finished recording change nothing either', async () => {
  const path = freshPath();
  await record(path, (recorder) => recorder.recordStep({ reward: 1 }, 0, 1));
  using reader = await openRecording(path);
  // Without a log, the mode without one is no change.
  for (const sql of WRITES.filter((write) => !write.includes('journal_mode')))
    await rejection('QueryFailed', reader.query(sql));
  expect((await reader.query('SELECT count(*) FROM steps')).rows).toEqual([[1]]);
});

it('reads row by row what a query gives', async () => {
  const path = freshPath();
  await record(path, (recorder) => {
    for (let i = 0; i < 5; i++) recorder.recordStep({ reward: i }, i, 1);
  });
  using reader = await openRecording(path);
  // Beyond the second row the query fails, which nobody hears of who does not ask for more.
  const sql =
    "SELECT CASE WHEN reward < 2 THEN reward ELSE json('no JSON') END AS r FROM steps ORDER BY step_id";
  const { columns, rows } = await reader.iterate(sql);
  expect(columns).toEqual(['r']);
  expect([(await rows.next()).value, (await rows.next()).value]).toEqual([[0], [1]]);
  await rejection('QueryFailed', rows.next());
});

it('ends a query whose signal is aborted', async () => {
  const path = freshPath();
  await record(path, (recorder) => recorder.recordStep({ reward: 1 }, 0, 1));
  using reader = await openRecording(path);
  const endless = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n';
  const aborter = new AbortController();
  setImmediate(() => aborter.abort(new Error('enough')));
  await expect(reader.query(endless, [], { signal: aborter.signal })).rejects.toThrow('enough');
  await expect(reader.query('SELECT 1', [], { signal: aborter.signal })).rejects.toThrow('enough');
});

it('answers at once, without the event loop', async () => {
  const path = freshPath();
  await record(path, (recorder) => recorder.recordStep({ reward: 1 }, 0, 1));
  using reader = new SqliteReader(path);
  expect(reader.querySync('SELECT reward + ? AS r FROM steps', [1])).toEqual({ columns: ['r'], rows: [[2]] });
});

it('answers no more once its reader is closed', async () => {
  const path = freshPath();
  await (await recording(path, false)).close();
  const reader = new SqliteReader(path);
  const { rows } = await reader.iterate('SELECT step_number FROM steps ORDER BY 1');
  expect((await rows.next()).value).toEqual([0]);
  reader.close();
  await rejection('ReaderClosed', rows.next());
  await rejection('ReaderClosed', reader.query('SELECT 1'));
  refusal('ReaderClosed', () => reader.querySync('SELECT 1'));
});
