import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import type { DuckDBInstance } from '@duckdb/node-api';
import { SimtapeError } from '../../errors.ts';
import type { QueryParameter } from '../../record/recorder.ts';
import type { QueryOptions, QueryResult, QueryRows } from '../reader.ts';
import { type DuckDB, loadDuckDB } from './load.ts';
import { Planner } from './needed.ts';
import { runQuery } from './query.ts';
import { insertRuns } from './runs.ts';
import type { SqlRun } from './source.ts';
import { Statement } from './statement.ts';
import { literal, Views } from './views.ts';

/** Of the machine's memory, for queries; what needs more goes to a folder that is deleted at the end. */
const MEMORY_SHARE = 1 / 4;
const MOST_MEMORY = 4 * 2 ** 30;
const MOST_SPILLED = '20GiB';

/**
 * Answers SQL about runs through DuckDB, in memory. It reads the runs' own files and nothing else; extensions and
 * configuration are locked.
 */
export class SqlSession {
  readonly #path: string;
  readonly #runs: readonly SqlRun[];
  readonly #statements = new Set<Statement>();
  #started: Promise<Started> | null = null;
  #instance: DuckDBInstance | null = null;
  #planner: Planner | null = null;
  #folder: string | null = null;
  /** Views are made one statement after another. */
  #turn: Promise<unknown> = Promise.resolve();
  /** Work under way for which the instance has to stay. */
  #working = 0;
  #closed = false;
  readonly #removeFolder = () => {
    if (this.#folder !== null) rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = null;
  };

  /** @param path of the recording, for messages */
  constructor(path: string, runs: readonly SqlRun[]) {
    this.#path = path;
    this.#runs = runs;
  }

  async query(
    sql: string,
    parameters?: readonly QueryParameter[],
    options?: QueryOptions,
  ): Promise<QueryResult> {
    const { columns, rows } = await this.iterate(sql, parameters, options);
    return { columns, rows: await Array.fromAsync(rows) };
  }

  /** @throws `BackendUnavailable` where DuckDB is not installed, `QueryFailed`, `ReaderClosed` */
  async iterate(
    sql: string,
    parameters: readonly QueryParameter[] = [],
    { signal }: QueryOptions = {},
  ): Promise<QueryRows> {
    const refuseIfCancelled = () => {
      signal?.throwIfAborted();
      if (this.#closed) throw this.#closedError();
    };
    refuseIfCancelled();
    const { duckdb, statement } = await this.#work(async () => {
      this.#started ??= this.#start();
      const started = await this.#started;
      this.#turn = this.#turn
        .catch(() => {})
        .then(() => this.#makeViews(started, sql, parameters, refuseIfCancelled));
      await this.#turn;
      refuseIfCancelled();
      return { duckdb: started.duckdb, statement: await this.#open(started, signal) };
    });
    return runQuery(duckdb, statement, sql, parameters);
  }

  /** What goes on is cancelled; what it needed is deleted once DuckDB lets go of it. */
  close(): void {
    this.#closed = true;
    for (const statement of this.#statements) statement.cancel(this.#closedError());
    this.#finish();
  }

  async #open({ instance }: Started, signal: AbortSignal | undefined): Promise<Statement> {
    const connection = await instance.connect();
    const abort = () => statement.cancel(signal!.reason);
    const statement = new Statement(connection, () => {
      signal?.removeEventListener('abort', abort);
      this.#statements.delete(statement);
      this.#finish();
    });
    this.#statements.add(statement);
    signal?.addEventListener('abort', abort);
    if (signal?.aborted) abort();
    if (this.#closed) statement.cancel(this.#closedError());
    return statement;
  }

  async #work<T>(work: () => Promise<T>): Promise<T> {
    this.#working++;
    try {
      return await work();
    } finally {
      this.#working--;
      this.#finish();
    }
  }

  #finish(): void {
    if (!this.#closed || this.#working > 0 || this.#statements.size > 0) return;
    this.#instance?.closeSync();
    this.#instance = null;
    this.#planner?.close();
    this.#planner = null;
    process.off('exit', this.#removeFolder);
    this.#removeFolder();
  }

  #closedError(): SimtapeError<'ReaderClosed'> {
    const message = `${this.#path} is not open any more: query it before its reader is closed`;
    return new SimtapeError('ReaderClosed', message, { path: this.#path });
  }

  async #start(): Promise<Started> {
    const duckdb = await loadDuckDB();
    // DuckDB compares paths as they are written.
    this.#folder = realpathSync(mkdtempSync(join(tmpdir(), 'simtape-sql-')));
    process.on('exit', this.#removeFolder);
    const instance = await duckdb.DuckDBInstance.create(':memory:', {
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      memory_limit: `${Math.floor(Math.min(MOST_MEMORY, totalmem() * MEMORY_SHARE) / 2 ** 20)}MiB`,
      temp_directory: join(this.#folder, 'spilled'),
      max_temp_directory_size: MOST_SPILLED,
    });
    this.#instance = instance;
    const connection = await instance.connect();
    try {
      await insertRuns(connection, this.#runs);
      const files = this.#runs.flatMap((run) => run.files);
      for (const setting of [
        "SET GLOBAL TimeZone = 'UTC'",
        'SET GLOBAL parquet_metadata_cache = true',
        `SET allowed_paths = [${files.map(literal).join(', ')}]`,
        `SET allowed_directories = [${literal(`${this.#folder}/`)}]`,
        'SET enable_external_access = false',
        'SET lock_configuration = true',
      ]) {
        await connection.run(setting);
      }
    } finally {
      connection.closeSync();
    }
    if (this.#runs.some(({ reads }) => reads)) this.#planner = await Planner.create(duckdb, this.#runs);
    return { duckdb, instance, views: new Views(this.#runs, this.#folder), planner: this.#planner };
  }

  async #makeViews(
    { instance, views, planner }: Started,
    sql: string,
    parameters: readonly QueryParameter[],
    refuseIfCancelled: () => void,
  ): Promise<void> {
    refuseIfCancelled();
    const needed = (await planner?.needed(sql, parameters)) ?? null;
    const wanted = views.wanted(sql, needed);
    if (wanted.length === 0) return;
    const connection = await instance.connect();
    try {
      for (const view of wanted) await views.make(connection, view, refuseIfCancelled);
    } finally {
      connection.closeSync();
    }
  }
}

interface Started {
  readonly duckdb: DuckDB;
  readonly instance: DuckDBInstance;
  readonly views: Views;
  /** Null where no rows have to be read. */
  readonly planner: Planner | null;
}
