import { SimtapeError } from '../errors.ts';
import type { QueryParameter } from '../record/recorder.ts';
import type { TableSchema } from '../schema/types.ts';
import { SqlSession } from './duckdb/session.ts';
import type { SqlRun } from './duckdb/source.ts';
import type { Episode } from './episode.ts';
import { episodesOf, provenanceOf } from './episodes.ts';
import type { QueryOptions, QueryResult, QueryRows, Reader, Run, TableInfo, TableReader } from './reader.ts';
import { type TypedTableReader, tableOf } from './typed.ts';

/** What all readers have in common whose SQL goes through DuckDB: of one run, and of a folder of them. */
export abstract class DuckdbReader implements Reader {
  abstract readonly format: string;
  abstract readonly bytes: number;
  readonly path: string;
  readonly notes: readonly string[];
  #session: SqlSession | null = null;
  #closed = false;

  constructor(path: string, notes: readonly string[]) {
    this.path = path;
    this.notes = notes;
  }

  abstract runs(): readonly Run[];

  abstract tables(): readonly TableInfo[];

  /** The table of a name. @throws `NotFound` */
  protected abstract tableNamed(name: string): TableReader;

  /** The runs as SQL gets at them. */
  protected abstract sqlRuns(): readonly SqlRun[];

  /** Closes what the reader has open. */
  protected abstract release(): void;

  get provenance(): ReadonlyMap<string, Run['provenance']> {
    return provenanceOf(this.runs());
  }

  episodes(run?: string): Promise<readonly Episode[]> {
    return episodesOf(this, run);
  }

  table<T extends TableSchema>(schema: T): TypedTableReader<T>;
  table(name: string): TableReader;
  table(of: string | TableSchema): unknown {
    return tableOf(of, (name) => {
      this.refuseIfClosed();
      return this.tableNamed(name);
    });
  }

  async query(
    sql: string,
    parameters?: readonly QueryParameter[],
    options?: QueryOptions,
  ): Promise<QueryResult> {
    return this.#sql().query(sql, parameters, options);
  }

  async iterate(
    sql: string,
    parameters?: readonly QueryParameter[],
    options?: QueryOptions,
  ): Promise<QueryRows> {
    return this.#sql().iterate(sql, parameters, options);
  }

  close(): void {
    this.#closed = true;
    this.#session?.close();
    this.release();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  protected refuseIfClosed(): void {
    if (!this.#closed) return;
    const message = `${this.path} is not open any more: read it before its reader is closed`;
    throw new SimtapeError('ReaderClosed', message, { path: this.path });
  }

  #sql(): SqlSession {
    this.refuseIfClosed();
    this.#session ??= new SqlSession(this.path, this.sqlRuns());
    return this.#session;
  }
}
