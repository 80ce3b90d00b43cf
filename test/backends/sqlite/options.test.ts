import { existsSync, statSync } from 'node:fs';
import { DatabaseSync, StatementSync } from 'node:sqlite';
import { expect, it, vi } from 'vitest';
import { openForWriting } from '../../../src/backends/sqlite/open.ts';
import type { SqliteOptions } from '../../../src/backends/sqlite/options.ts';
import { createRecorder, defineTable, f64, isSimtapeError } from '../../../src/index.ts';
import { refusal } from '../../support/errors.ts';
import { connect, freshPath, one, record } from '../scratch.ts';
import { openBackend, sqliteOptions } from './open-backend.ts';

/** A pragma of the connection that these options give. */
function pragma(name: string, options: Partial<SqliteOptions>): unknown {
  const database = openForWriting(freshPath(), sqliteOptions(options));
  const value = one(database, `PRAGMA ${name}`);
  database.close();
  return value;
}

it('has the defaults that it documents', () => {
  expect(pragma('journal_mode', {})).toBe('wal');
  expect(pragma('synchronous', {})).toBe(1);
  expect(pragma('cache_size', {})).toBe(2000);
  expect(pragma('busy_timeout', {})).toBe(30_000);
  expect(pragma('foreign_keys', {})).toBe(1);
});

it.each(['OFF', 'NORMAL', 'FULL', 'EXTRA'] as const)(
  'synchronizes as synchronous: %s says',
  (synchronous) => {
    expect(pragma('synchronous', { synchronous })).toBe(
      ['OFF', 'NORMAL', 'FULL', 'EXTRA'].indexOf(synchronous),
    );
  },
);

it.each([123, -4096])('caches as cacheSize: %i says', (cacheSize) => {
  expect(pragma('cache_size', { cacheSize })).toBe(cacheSize);
});

it.each([0, 0.25, 1.001, 7])('waits as long as connectionTimeout: %d says', (connectionTimeout) => {
  expect(pragma('busy_timeout', { connectionTimeout })).toBe(Math.round(connectionTimeout * 1000));
});

it.each(['WAL', 'DELETE', 'TRUNCATE', 'PERSIST', 'MEMORY'] as const)('journals in mode %s', (journalMode) => {
  expect(pragma('journal_mode', { journalMode })).toBe(journalMode.toLowerCase());
});

it('takes no journal mode without a journal, which could not undo half a commit', () => {
  const error = refusal('InvalidConfig', () => sqliteOptions({ journalMode: 'OFF' as never }));
  expect(error.fields).toEqual({ key: 'sqlite.journalMode', value: 'OFF' });
});

it('shows by its files how a recorder journals', async () => {
  const [wal, persistent, none] = [freshPath(), freshPath(), freshPath()];
  const recorder = await createRecorder({ path: wal });
  recorder.recordStep({ reward: 1 }, 0, 1);
  await recorder.flush();
  expect(one(connect(wal), 'PRAGMA journal_mode')).toBe('wal');
  expect(statSync(`${wal}-wal`).size).toBeGreaterThan(0);
  await recorder.close();

  await record(persistent, (recorder) => recorder.recordStep({ reward: 1 }, 0, 1), {
    sqlite: { journalMode: 'PERSIST' },
  });
  expect(existsSync(`${persistent}-journal`)).toBe(true);
  expect(one(connect(persistent), 'SELECT count(*) FROM steps')).toBe(1);
  await record(none, (recorder) => recorder.recordStep({ reward: 1 }, 0, 1), {
    sqlite: { journalMode: 'DELETE' },
  });
  expect(existsSync(`${none}-journal`)).toBe(false);
});

it('hands its options to the connection that records', async () => {
  const opened = vi.spyOn(DatabaseSync.prototype, 'exec');
  try {
    const sqlite = { synchronous: 'FULL', cacheSize: 77, connectionTimeout: 3 } as const;
    const recorder = await createRecorder({ path: freshPath(), thread: false, sqlite });
    const connection = opened.mock.contexts[0] as DatabaseSync;
    const settings = ['synchronous', 'cache_size', 'busy_timeout'].map((name) =>
      one(connection, `PRAGMA ${name}`),
    );
    expect(settings).toEqual([2, 77, 3000]);
    await recorder.close();
  } finally {
    vi.restoreAllMocks();
  }
});

const Sample = defineTable('sample', { a: f64(), b: f64() });

/** Rows of each statement that inserts into `sample`. */
async function batchesOf(rows: number, batchSize: number | undefined): Promise<number[]> {
  const batches: number[] = [];
  const run = StatementSync.prototype.run;
  vi.spyOn(StatementSync.prototype, 'run').mockImplementation(function (this: StatementSync, ...parameters) {
    const sql = this.sourceSQL;
    if (sql.startsWith('INSERT INTO "sample"'))
      batches.push(sql.slice(sql.indexOf('VALUES')).split('(').length - 1);
    return run.apply(this, parameters);
  });
  try {
    await record(
      freshPath(),
      (recorder) => {
        for (let i = 0; i < rows; i++) recorder.table(Sample).append({ a: i, b: -i });
      },
      { sqlite: batchSize === undefined ? {} : { batchSize } },
    );
    return batches;
  } finally {
    vi.restoreAllMocks();
  }
}

it.each<[number | undefined, number[]]>([
  [1, Array(130).fill(1)],
  [5, Array(26).fill(5)],
  [60, [60, 60]],
  [130, [130]],
  [undefined, [50, 50]],
])('inserts as many rows a statement as batchSize: %s says', async (batchSize, most) => {
  const batches = await batchesOf(130, batchSize);
  expect(batches.slice(0, most.length)).toEqual(most);
  expect(batches.reduce((sum, rows) => sum + rows, 0)).toBe(130);
  expect(Math.max(...batches)).toBe(batchSize ?? 50);
});

it('stays within SQLite’s parameters, whatever the batch size', async () => {
  const path = freshPath();
  const columns = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`c${i}`, f64()]));
  const Wide = defineTable('wide', columns);
  const row = Object.fromEntries(Object.keys(columns).map((name, i) => [name, i]));
  await record(
    path,
    (recorder) => {
      for (let i = 0; i < 2000; i++) recorder.table(Wide).append(row);
    },
    { sqlite: { batchSize: 10_000 } },
  );
  expect(one(connect(path), 'SELECT count(*) FROM wide WHERE c39 = 39')).toBe(2000);
});

type Lock = 'BEGIN IMMEDIATE' | 'BEGIN; SELECT * FROM runs';

/** Whether a transaction of this mode begins while another connection holds a lock. */
function begins(transactionMode: SqliteOptions['transactionMode'], lock: Lock): boolean {
  const path = freshPath();
  // Without a write-ahead log, where `exclusive` keeps readers out.
  const options = { transactionMode, connectionTimeout: 0, journalMode: 'DELETE' } as const;
  const backend = openBackend(path, transactionMode, options);
  const other = connect(path, { readOnly: false });
  other.exec(lock);
  const rows = other.prepare('SELECT * FROM runs').iterate();
  rows.next();
  try {
    // A commit that goes on: in this journal mode even an empty one needs more to end than to begin.
    backend.write({ number: 1, open: true, tables: [] });
    return true;
  } catch (error) {
    expect(backend.isTransient(error)).toBe(true);
    expect(isSimtapeError(error)).toBe(false);
    return false;
  } finally {
    other.close();
  }
}

it.each<[SqliteOptions['transactionMode'], boolean, boolean]>([
  ['deferred', true, true],
  ['immediate', false, true],
  ['exclusive', false, false],
])('takes its lock as transactionMode: %s says', (mode, besideWriter, besideReader) => {
  expect([begins(mode, 'BEGIN IMMEDIATE'), begins(mode, 'BEGIN; SELECT * FROM runs')]).toEqual([
    besideWriter,
    besideReader,
  ]);
});

it.each(['deferred', 'immediate', 'exclusive'] as const)(
  'records in %s transactions',
  async (transactionMode) => {
    const path = freshPath();
    await record(path, (recorder) => recorder.recordStep({ reward: 1 }, 0, 1), {
      sqlite: { transactionMode },
    });
    expect(one(connect(path), 'SELECT count(*) FROM steps')).toBe(1);
  },
);

it('says in simtape’s own words that the file is locked when a table is made', async () => {
  const path = freshPath();
  const recorder = await createRecorder({ path, thread: false, sqlite: { connectionTimeout: 0 } });
  const other = connect(path, { readOnly: false });
  other.exec('BEGIN IMMEDIATE');
  let thrown: unknown;
  try {
    recorder.table(Sample);
  } catch (error) {
    thrown = error;
  }
  expect(isSimtapeError(thrown)).toBe(true);
  other.exec('ROLLBACK');
  expect(recorder.table(Sample).append({ a: 1, b: 2 })).toBe(1);
  await recorder.close();
});
