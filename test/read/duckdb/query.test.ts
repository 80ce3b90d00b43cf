import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { array, createRecorder, defineTable, f64, timestamp, u64, utf8 } from '../../../src/index.ts';
import { openRecording, type Reader } from '../../../src/read/index.ts';
import { record, rejection, scratch } from '../../backends/scratch.ts';

const Sample = defineTable('sample', {
  value: u64(),
  x: f64(),
  at: timestamp(),
  note: utf8({ nullable: true }),
  weights: array('f32', 2, { nullable: true }),
});

async function recorded(): Promise<string> {
  const path = join(scratch(), 'run');
  await record(
    path,
    (recorder) => {
      for (const [i, value] of [0, 2n ** 53n - 1n, 2n ** 53n + 1n, 2n ** 64n - 1n].entries()) {
        const at = 1_700_000_000_000_000_000n + BigInt(i) * 1000n;
        const weights = i === 1 ? null : [i, -0.5];
        recorder.table(Sample).append({ value, x: i / 2, at, note: i === 0 ? null : `n${i}`, weights });
        recorder.recordStep({ reward: i }, i, 1);
      }
    },
    { backend: 'parquet', runId: 'first' },
  );
  return path;
}

const opened = async (): Promise<Reader> => openRecording(await recorded());
/** A folder for temporary files of this test alone: others make some at the same time. */
const { TMPDIR } = process.env;
const temporary = mkdtempSync(join(tmpdir(), 'simtape-duckdb-'));
process.env.TMPDIR = temporary;
afterAll(() => {
  rmSync(temporary, { recursive: true });
  if (TMPDIR === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = TMPDIR;
});
const temporaryFolders = (): string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith('simtape-sql-'));

it('gives values as the SQLite path documents them', async () => {
  using reader = await opened();
  const { columns, rows } = await reader.query(
    'SELECT value, -value AS minus, x, "at", note FROM sample ORDER BY id',
  );
  expect(columns).toEqual(['value', 'minus', 'x', 'at', 'note']);
  expect(rows.map(([value]) => value)).toEqual([0, 2 ** 53 - 1, 2n ** 53n + 1n, 2n ** 64n - 1n]);
  expect(rows[1]!.slice(2)).toEqual([0.5, 1_700_000_000_000_001_000n, 'n1']);
  expect(rows[0]![4]).toBeNull();
});

it('gives what SQLite has no type for as arrays, objects and text', async () => {
  using reader = await opened();
  const { rows } =
    await reader.query(`SELECT weights, 1.5 AS d, true AS yes, sum(1) OVER () AS big, 'a'::BLOB AS raw,
    {'a': 1, 'b': [NULL, 2]} AS struct, DATE '2026-03-01' AS day, INTERVAL 2 DAY AS span,
    TIMESTAMP '1970-01-01 00:00:01' AS second, 'nan'::DOUBLE AS nan, NULL AS nothing FROM sample WHERE id IN (1, 2) ORDER BY id`);
  expect(rows).toEqual([
    [
      [0, -0.5],
      1.5,
      1,
      2,
      Uint8Array.of(97),
      { a: 1, b: [null, 2] },
      '2026-03-01',
      '2 days',
      1e9,
      Number.NaN,
      null,
    ],
    [
      null,
      1.5,
      1,
      2,
      Uint8Array.of(97),
      { a: 1, b: [null, 2] },
      '2026-03-01',
      '2 days',
      1e9,
      Number.NaN,
      null,
    ],
  ]);
});

it('takes parameters of every type', async () => {
  using reader = await opened();
  const { rows } = await reader.query('SELECT ? AS t, ? AS b, ? AS z, ? AS i, ? AS f, ? AS n', [
    'schön',
    Uint8Array.of(1, 2),
    null,
    2n ** 62n,
    -1.5,
    3,
  ]);
  expect(rows).toEqual([['schön', Uint8Array.of(1, 2), null, 2n ** 62n, -1.5, 3]]);
  const sql = 'SELECT step_number FROM steps WHERE step_number BETWEEN ? AND ? ORDER BY 1';
  expect((await reader.query(sql, [1, 2n])).rows).toEqual([[1], [2]]);
});

describe('what it refuses', () => {
  let path: string;
  let reader: Reader;
  beforeAll(async () => {
    const folder = join(temporary, 'refused');
    mkdirSync(folder, { recursive: true });
    path = join(folder, 'run');
    await record(path, (recorder) => recorder.recordStep({ reward: 1 }, 0, 1), { backend: 'parquet' });
    reader = await openRecording(path);
    writeFileSync(join(folder, 'secret.csv'), 'a,b\n1,2\n');
    return () => reader.close();
  });

  it.each<[string, RegExp]>([
    ['DELETE FROM steps', /./],
    ['DROP VIEW steps', /it is no query/],
    ['CREATE TABLE t AS SELECT 1', /it is no query/],
    ["COPY (SELECT 1) TO 'here.csv'", /./],
    ["COPY (SELECT 1) TO 'FIRST'", /./],
    ["EXPORT DATABASE 'FOLDER'", /./],
    ["ATTACH 'other.db'", /it is no query/],
    ['INSTALL httpfs', /it is no query/],
    ['LOAD httpfs', /it is no query/],
    ['SET memory_limit = 0', /it is no query/],
    ['RESET lock_configuration', /it is no query/],
    ["EXPLAIN ANALYZE COPY (SELECT 1) TO 'FIRST'", /./],
    ["SELECT * FROM read_csv('SECRET')", /Cannot access file/],
    ["SELECT * FROM 'SECRET'", /./],
    ["SELECT * FROM read_text('/etc/hostname')", /Cannot access file/],
    ["SELECT * FROM glob('/*')", /Cannot access/],
    ["SELECT * FROM read_parquet('https://example.org/x.parquet')", /./],
    ['SELECT 1; SELECT 2', /one statement at a time/],
    ["SELECT ';'; -- no\nSELECT 2", /one statement at a time/],
    ['', /no statements/],
    ['-- nothing', /no statements/],
    ['SELEC 1', /syntax error/],
    ['SELECT * FROM nowhere', /Table with name nowhere does not exist/],
    ['SELECT gust FROM steps', /"gust" not found/],
  ])('%s', async (sql, why) => {
    const before = readFileSync(join(path, 'episodes', 'trajectory_ep_000001.parquet'));
    const own = sql
      .replace('SECRET', join(path, '..', 'secret.csv'))
      .replace('FIRST', join(path, 'episodes', 'trajectory_ep_000001.parquet'))
      .replace('FOLDER', join(path, 'export'));
    const error = await rejection('QueryFailed', reader.query(own));
    expect(error.message).toMatch(why);
    expect(error.message).not.toContain('\n');
    expect(error.fields).toEqual({ sql: own });
    expect(readFileSync(join(path, 'episodes', 'trajectory_ep_000001.parquet'))).toEqual(before);
    expect(existsSync(join(path, 'export'))).toBe(false);
    // It answers all the same.
    expect((await reader.query('SELECT count(*) FROM steps')).rows).toEqual([[1]]);
  });

  it.each([
    ['too few', []],
    ['too many', [1, 2]],
    ['beyond 64 bits', [2n ** 64n]],
  ])('parameters that are %s', async (_, parameters) => {
    await rejection('QueryFailed', reader.query('SELECT ? AS x', parameters));
  });
});

it('ends a query whose signal is aborted, and answers the next', async () => {
  using reader = await opened();
  const aborter = new AbortController();
  const endless = reader.query('SELECT count(*) FROM range(10000000000) a, range(1000) b', [], {
    signal: aborter.signal,
  });
  setTimeout(() => aborter.abort(new Error('enough')), 20);
  await expect(endless).rejects.toThrow('enough');
  await expect(reader.query('SELECT 1', [], { signal: aborter.signal })).rejects.toThrow('enough');
  expect((await reader.query('SELECT 1')).rows).toEqual([[1]]);
});

it('gives rows as they are asked for, beside other queries', async () => {
  using reader = await opened();
  const { columns, rows } = await reader.iterate('SELECT * FROM range(1000000) numbers(n)');
  expect(columns).toEqual(['n']);
  expect((await rows.next()).value).toEqual([0]);
  expect((await reader.query('SELECT count(*) FROM steps')).rows).toEqual([[4]]);
  expect((await rows.next()).value).toEqual([1]);
  await rows.return!();
  expect(await rows.next()).toEqual({ done: true, value: undefined });
});

it('answers queries that come at once', async () => {
  using reader = await opened();
  const answers = await Promise.all(
    ['steps', 'sample', 'episodes', 'steps', 'runs'].map((table) =>
      reader.query(`SELECT count(*) FROM ${table}`),
    ),
  );
  expect(answers.map(({ rows }) => rows[0]![0])).toEqual([4, 4, 1, 4, 1]);
});

it('lists all tables and their columns', async () => {
  using reader = await opened();
  const { rows } = await reader.query('SHOW TABLES');
  expect(rows.flat()).toEqual(['episodes', 'runs', 'sample', 'steps']);
  const columns = await reader.query('SELECT column_name FROM (DESCRIBE sample)');
  expect(columns.rows.flat()).toEqual(['run_id', 'id', 'value', 'x', 'at', 'note', 'weights']);
});

it('is locked, and limited in memory', async () => {
  using reader = await opened();
  const names = [
    'autoinstall_known_extensions',
    'autoload_known_extensions',
    'enable_external_access',
    'lock_configuration',
  ];
  const { rows } = await reader.query(
    `SELECT name, value FROM duckdb_settings() WHERE name IN (${names.map(() => '?').join(', ')}) ORDER BY name`,
    names,
  );
  expect(rows).toEqual(names.map((name) => [name, name === 'lock_configuration' ? 'true' : 'false']));
  const [[limit]] = (await reader.query("SELECT current_setting('memory_limit')")).rows as [[string]];
  expect(limit).toMatch(/^[\d.]+ [MG]iB$/);
});

it('answers about a run that is being recorded, and sees what has come since', async () => {
  const recorder = await createRecorder({ backend: 'parquet', path: join(scratch(), 'run'), thread: false });
  recorder.recordStep({ reward: 1 }, 0, 1);
  await recorder.flush();
  expect(await recorder.executeQuery('SELECT sum(reward) AS total FROM steps')).toEqual([{ total: 1 }]);
  recorder.recordStep({ reward: 2 }, 1, 1);
  await recorder.flush();
  expect(await recorder.executeQuery('SELECT sum(reward) AS total FROM steps')).toEqual([{ total: 3 }]);
  await recorder.close();
});

it('leaves nothing behind, in the recording or beside it', async () => {
  const path = await recorded();
  const [files, folders] = [readdirSync(path, { recursive: true }).sort(), temporaryFolders()];
  {
    using reader = await openRecording(path);
    await reader.query('SELECT count(*) FROM steps');
    expect(temporaryFolders().length).toBeGreaterThan(folders.length);
  }
  expect(readdirSync(path, { recursive: true }).sort()).toEqual(files);
  expect(temporaryFolders()).toEqual(folders);
});

it('names the table whose files are damaged', async () => {
  const path = await recorded();
  using reader = await openRecording(path);
  const file = join(path, 'tables', 'sample-000001.parquet');
  const whole = readFileSync(file);
  writeFileSync(file, 'PAR1 and nothing more');
  const error = await rejection('QueryFailed', reader.query('SELECT * FROM sample'));
  expect(error.message).toMatch(/^table sample cannot be queried: .*sample-000001\.parquet/);
  // Put right, it answers.
  writeFileSync(file, whole);
  expect((await reader.query('SELECT count(*) FROM sample')).rows).toEqual([[4]]);
});

it('cancels what goes on when it is closed, at whatever point', async () => {
  const before = temporaryFolders();
  for (let turns = 0; turns < 40; turns += 4) {
    const reader = await opened();
    const endless = reader.query('SELECT count(*) FROM range(10000000000) a, range(1000) b, steps');
    for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve));
    reader.close();
    await rejection('ReaderClosed', endless);
  }
  expect(temporaryFolders()).toEqual(before);
});

it('answers no more once it is closed', async () => {
  const reader = await opened();
  const { rows } = await reader.iterate('SELECT * FROM range(100000)');
  await rows.next();
  reader.close();
  reader.close();
  await rejection('ReaderClosed', reader.query('SELECT 1'));
});
