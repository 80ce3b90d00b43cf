import { isWriterAlive } from '../../backends/writer-process.ts';
import { SimtapeError } from '../../errors.ts';
import type { QueryParameter } from '../../record/recorder.ts';
import type { TablePlan } from '../../schema/plan.ts';
import { SqlSession } from '../duckdb/session.ts';
import type { SqlRun } from '../duckdb/source.ts';
import { journalNotes } from '../journal-notes.ts';
import type { QueryOptions, QueryResult, QueryRows, Reader, Run, TableInfo, TableReader } from '../reader.ts';
import { findTable } from '../select.ts';
import { Contents } from './contents.ts';
import { bytesIn, lookAtRun } from './run-folder.ts';
import { sqlRunOf } from './sql.ts';
import { ParquetTable } from './table.ts';

/**
 * Reads the folder of a Parquet run as it was when it was opened: its files, and the commits of the journal that no
 * file has. Nothing is written.
 */
export class ParquetReader implements Reader {
  readonly path: string;
  readonly format = 'parquet';
  readonly notes: readonly string[];
  readonly #contents: Contents;
  readonly #run: Run;
  #session: SqlSession | null = null;
  #closed = false;

  private constructor(path: string, contents: Contents) {
    this.path = path;
    this.#contents = contents;
    this.#run = describeRun(contents);
    this.notes =
      this.#run.state === 'crashed'
        ? journalNotes(
            path,
            contents.folder.journal,
            contents.folder.manifest.lastCommitHeld,
            contents.recovered(),
          )
        : [];
  }

  /** @throws `NotARecording`, `NewerFormat` */
  static async open(path: string): Promise<ParquetReader> {
    const folder = lookAtRun(path);
    try {
      return new ParquetReader(path, await Contents.of(folder));
    } catch (error) {
      folder.journal?.close();
      throw error;
    }
  }

  get bytes(): number {
    return bytesIn(this.path);
  }

  runs(): readonly Run[] {
    this.#refuseIfClosed();
    return [this.#run];
  }

  tables(): readonly TableInfo[] {
    this.#refuseIfClosed();
    return this.#contents.plans.map((plan) => this.#info(plan));
  }

  table(name: string): TableReader {
    this.#refuseIfClosed();
    const plan = findTable(this.path, this.#contents.plans, name);
    return new ParquetTable(this.#info(plan), plan, this.#contents, () => this.#refuseIfClosed());
  }

  async query(
    sql: string,
    parameters?: readonly QueryParameter[],
    options?: QueryOptions,
  ): Promise<QueryResult> {
    this.#refuseIfClosed();
    return this.#sql().query(sql, parameters, options);
  }

  async iterate(
    sql: string,
    parameters?: readonly QueryParameter[],
    options?: QueryOptions,
  ): Promise<QueryRows> {
    this.#refuseIfClosed();
    return this.#sql().iterate(sql, parameters, options);
  }

  /** The run as SQL gets at it, for queries over several runs. */
  sqlRun(): SqlRun {
    return sqlRunOf(this.#contents, this.#run, (name) => this.table(name));
  }

  close(): void {
    this.#closed = true;
    this.#session?.close();
    this.#contents.folder.journal?.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #info(plan: TablePlan): TableInfo {
    const { name, id, description, columns } = plan;
    const rows = this.#contents.rows(plan);
    return { name, id, run: 'run_id', description: description ?? null, columns, rows };
  }

  #sql(): SqlSession {
    this.#session ??= new SqlSession(this.path, [this.sqlRun()]);
    return this.#session;
  }

  #refuseIfClosed(): void {
    if (!this.#closed) return;
    const message = `${this.path} is not open any more: read it before its reader is closed`;
    throw new SimtapeError('ReaderClosed', message, { path: this.path });
  }
}

function describeRun(contents: Contents): Run {
  const { run, endTimestamp, writer } = contents.folder.manifest;
  const rows = (name: string) => {
    const plan = contents.plans.find((candidate) => candidate.name === name);
    return plan === undefined ? 0 : contents.rows(plan);
  };
  const writing = writer !== null && isWriterAlive(writer);
  const { world, seed } = run.provenance;
  return {
    runId: run.runId,
    startTimestamp: run.startTimestamp,
    endTimestamp,
    state: endTimestamp !== null ? 'ended' : writing ? 'recording' : 'crashed',
    world: world ?? null,
    seed: seed === undefined ? null : String(seed),
    configuration: run.configuration ?? null,
    configurationHash: run.configurationHash,
    metadata: run.metadata,
    provenance: { ...run.provenance },
    episodes: rows('episodes'),
    steps: rows('steps'),
    frames: rows('simulation_frame'),
  };
}
