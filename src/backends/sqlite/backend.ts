import type { DatabaseSync } from 'node:sqlite';
import type { IdRange } from '../../buffer/link.ts';
import { type RejectedRow, SimtapeError } from '../../errors.ts';
import type { TablePlan } from '../../schema/plan.ts';
import {
  ALL_WRITTEN,
  type BackendConfig,
  type OpenedBackend,
  type RunInfo,
  type StorageBackend,
  type WriteReport,
} from '../backend.ts';
import type { Commit } from '../commit.ts';
import { bigintsAsNumbers } from '../exact-json.ts';
import { tableNotMade } from '../table-not-made.ts';
import { isPassing } from './errors.ts';
import { ExactValues } from './exact.ts';
import { Ids } from './ids.ts';
import { Inserter, type Refusals } from './insert.ts';
import { openForWriting, recordingPath } from './open.ts';
import type { SqliteOptions } from './options.ts';
import { makeTable } from './tables.ts';

/** Records into a SQLite file: one transaction a commit, parents before children, with a write-ahead log. */
export class SqliteBackend implements StorageBackend {
  readonly #config: BackendConfig;
  readonly #options: SqliteOptions;
  readonly #inserters = new Map<TablePlan, Inserter>();
  /** Columns of each table that take null in the file. */
  readonly #nullable = new Map<string, ReadonlySet<string>>();
  #database!: DatabaseSync;
  #ids!: Ids;
  #exact!: ExactValues;
  #run!: { readonly id: string; readonly number: number };
  #inTransaction = false;

  constructor(config: BackendConfig) {
    this.#config = config;
    this.#options = config.options as unknown as SqliteOptions;
  }

  open(run: RunInfo): OpenedBackend {
    const path = recordingPath(this.#config, run.runId);
    this.#database = openForWriting(path, this.#options);
    try {
      this.#transaction(() => this.#startRun(run, path));
    } catch (error) {
      this.#database.close();
      throw error;
    }
    return { path };
  }

  createTable(plan: TablePlan): IdRange {
    const create = (): IdRange => {
      this.#nullable.set(plan.name, makeTable(this.#database, plan));
      return this.#ids.reserve(plan);
    };
    try {
      // A unit that is larger than the memory has its transaction open.
      return this.#inTransaction ? create() : this.#transaction(create);
    } catch (cause) {
      throw tableNotMade(plan, cause);
    }
  }

  write(commit: Commit): WriteReport {
    const rejected = new Map<string, number>();
    const examples: RejectedRow[] = [];
    try {
      if (!this.#inTransaction) this.#begin();
      for (const { plan, slices } of commit.tables) {
        const refusals: Refusals = { count: 0, examples: [] };
        for (const slice of slices) this.#inserter(slice.plan).insert(slice, refusals);
        if (refusals.count > 0) rejected.set(plan.name, refusals.count);
        examples.push(...refusals.examples);
      }
      this.#exact.write();
      if (!commit.open) this.#commit();
    } catch (error) {
      this.#rollback();
      throw error;
    }
    return rejected.size === 0 ? ALL_WRITTEN : { rejected, examples };
  }

  abandon(): void {
    this.#rollback();
  }

  isTransient(error: unknown): boolean {
    return isPassing(error);
  }

  close(endTimestamp: number | null): void {
    try {
      if (this.#inTransaction) this.#rollback();
      this.#transaction(() => {
        const end = this.#database.prepare('UPDATE runs SET end_timestamp = ? WHERE run_id = ?');
        if (endTimestamp !== null) end.run(endTimestamp, this.#run.id);
        this.#ids.release();
      });
      this.#leaveOneFile();
    } finally {
      this.#database.close();
    }
  }

  #startRun(run: RunInfo, path: string): void {
    if (this.#database.prepare('SELECT 1 FROM runs WHERE run_id = ?').get(run.runId) !== undefined) {
      throw new SimtapeError('CannotOpen', `${path} holds a run ${run.runId} already: choose another runId`, {
        path,
      });
    }
    const { next } = this.#database
      .prepare('SELECT coalesce(max(run_number), 0) + 1 AS next FROM runs')
      .get()!;
    const { world, seed } = run.provenance;
    this.#run = { id: run.runId, number: Number(next) };
    this.#database
      .prepare('INSERT INTO runs VALUES (?, ?, NULL, ?, ?, ?, ?, ?, ?, ?)')
      .run(
        run.runId,
        run.startTimestamp,
        json(run.configuration),
        json(run.metadata),
        this.#run.number,
        world ?? null,
        seed === undefined ? null : String(seed),
        run.configurationHash,
        json(run.provenance),
      );
    this.#ids = new Ids(this.#database, run.runId);
    this.#exact = new ExactValues(this.#database, this.#run.number);
  }

  /**
   * A file in WAL mode opens only where a log can be made beside it, so not on a read-only medium: the finished
   * recording goes back to plain mode, unless somebody else has it open.
   */
  #leaveOneFile(): void {
    if (this.#options.journalMode !== 'WAL') return;
    try {
      this.#database.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE');
    } catch {
      // Somebody reads or writes it: then it stays in WAL mode, with nothing lost.
    }
  }

  #inserter(plan: TablePlan): Inserter {
    let inserter = this.#inserters.get(plan);
    if (inserter === undefined) {
      inserter = new Inserter(
        this.#database,
        plan,
        this.#run,
        this.#options.batchSize,
        this.#exact,
        this.#nullable.get(plan.name)!,
      );
      this.#inserters.set(plan, inserter);
    }
    return inserter;
  }

  #transaction<T>(body: () => T): T {
    this.#begin();
    try {
      const result = body();
      this.#commit();
      return result;
    } catch (error) {
      this.#rollback();
      throw error;
    }
  }

  #begin(): void {
    this.#database.exec(`BEGIN ${this.#options.transactionMode}`);
    this.#inTransaction = true;
  }

  #commit(): void {
    this.#database.exec('COMMIT');
    this.#inTransaction = false;
  }

  #rollback(): void {
    this.#exact?.goBack(0);
    this.#inTransaction = false;
    // SQLite rolls back by itself after some errors, a full disk for one.
    if (!this.#database.isTransaction) return;
    try {
      this.#database.exec('ROLLBACK');
    } catch {
      // The error that made the rollback necessary says more.
    }
  }
}

/** JSON text with bigints as integers, null for nothing. */
function json(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return JSON.stringify(value, bigintsAsNumbers);
}
