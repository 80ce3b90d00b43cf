import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { journalFolder } from '../../backends/hdf5/place.ts';
import { SimtapeError } from '../../errors.ts';
import { segmentsIn } from '../../journal/index.ts';
import type { QueryParameter } from '../../record/recorder.ts';
import type { TablePlan } from '../../schema/plan.ts';
import { SqlSession } from '../duckdb/session.ts';
import type { SqlRun } from '../duckdb/source.ts';
import { journalNotes } from '../journal-notes.ts';
import type { QueryOptions, QueryResult, QueryRows, Reader, Run, TableInfo, TableReader } from '../reader.ts';
import { findTable } from '../select.ts';
import { Contents } from './contents.ts';
import { Hdf5Table } from './table.ts';

/**
 * Reads an HDF5 recording as it was when it was opened: the last checkpoint of its file, and the commits that only the
 * journal has. Nothing is written beside the file; of one that is being recorded, a copy is read.
 */
export class Hdf5Reader implements Reader {
  readonly path: string;
  readonly format = 'hdf5';
  readonly notes: readonly string[];
  readonly #contents: Contents;
  readonly #run: Run;
  #session: SqlSession | null = null;
  #closed = false;

  private constructor(path: string, contents: Contents) {
    this.path = path;
    this.#contents = contents;
    this.#run = describeRun(contents);
    const rows = [...contents.recovered().values()].reduce((sum, count) => sum + count, 0);
    this.notes =
      this.#run.state === 'crashed'
        ? journalNotes(path, contents.journal, contents.run.lastCommit, rows)
        : [];
  }

  /** @throws `NotARecording`, `NewerFormat`, `BackendUnavailable` */
  static async open(path: string): Promise<Hdf5Reader> {
    const contents = await Contents.open(path);
    try {
      return new Hdf5Reader(path, contents);
    } catch (error) {
      contents[Symbol.dispose]();
      throw error;
    }
  }

  get bytes(): number {
    const folder = journalFolder(this.path);
    const paths = [this.path, ...segmentsIn(folder).map((name) => join(folder, name))];
    return paths.reduce((sum, path) => sum + (existsSync(path) ? statSync(path).size : 0), 0);
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
    return new Hdf5Table(this.#info(plan), plan, this.#contents, () => this.#refuseIfClosed());
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

  /** The run as SQL gets at it: rows are read when a table is first named. */
  sqlRun(): SqlRun {
    return {
      run: this.#run,
      path: this.path,
      format: this.format,
      files: [],
      tables: this.tables().map((info) => ({
        info,
        parts: async () => ({ files: [], rest: this.table(info.name).batches() }),
      })),
    };
  }

  close(): void {
    this.#closed = true;
    this.#session?.close();
    this.#contents[Symbol.dispose]();
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
  const { run, plans, isLive } = contents;
  const rows = (name: string) => {
    const plan = plans.find((candidate) => candidate.name === name);
    return plan === undefined ? 0 : contents.rows(plan);
  };
  const { world, seed } = run.provenance;
  return {
    runId: run.runId,
    startTimestamp: run.startTimestamp,
    endTimestamp: run.endTimestamp,
    state: run.endTimestamp !== null ? 'ended' : isLive ? 'recording' : 'crashed',
    world: world ?? null,
    seed: seed === undefined ? null : String(seed),
    configuration: run.configuration,
    configurationHash: run.configurationHash,
    metadata: run.metadata,
    provenance: { ...run.provenance },
    episodes: rows('episodes'),
    steps: rows('steps'),
    frames: rows('simulation_frame'),
  };
}
