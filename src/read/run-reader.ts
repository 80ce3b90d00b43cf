import type { Provenance, RunInfo } from '../backends/backend.ts';
import { SimtapeError } from '../errors.ts';
import type { QueryParameter } from '../record/recorder.ts';
import type { TablePlan } from '../schema/plan.ts';
import type { TableSchema } from '../schema/types.ts';
import { SqlSession } from './duckdb/session.ts';
import type { SqlRun } from './duckdb/source.ts';
import { type Episode, episodesOf, provenanceOf } from './episodes.ts';
import type { QueryOptions, QueryResult, QueryRows, Reader, Run, TableInfo, TableReader } from './reader.ts';
import { findTable } from './select.ts';
import { type TypedTableReader, tableOf } from './typed.ts';

/** Reads a recording of one run: what formats have in common whose SQL goes through DuckDB. */
export abstract class RunReader implements Reader {
  abstract readonly format: string;
  abstract readonly bytes: number;
  readonly path: string;
  readonly notes: readonly string[];
  protected readonly run: Run;
  readonly #plans: readonly TablePlan[];
  #session: SqlSession | null = null;
  #closed = false;

  constructor(path: string, run: Run, plans: readonly TablePlan[], notes: readonly string[]) {
    this.path = path;
    this.run = run;
    this.notes = notes;
    this.#plans = plans;
  }

  /** The run as SQL gets at it, for queries over several runs too. */
  abstract sqlRun(): SqlRun;

  /** How many rows a table has. */
  protected abstract rowsOf(plan: TablePlan): number;

  protected abstract openTable(info: TableInfo, plan: TablePlan): TableReader;

  /** Closes what the reader has open. */
  protected abstract release(): void;

  runs(): readonly Run[] {
    this.refuseIfClosed();
    return [this.run];
  }

  tables(): readonly TableInfo[] {
    this.refuseIfClosed();
    return this.#plans.map((plan) => this.#info(plan));
  }

  get provenance(): ReadonlyMap<string, Run['provenance']> {
    return provenanceOf(this.runs());
  }

  episodes(run?: string): Promise<readonly Episode[]> {
    return episodesOf(this, run);
  }

  table<T extends TableSchema>(schema: T): TypedTableReader<T>;
  table(name: string): TableReader;
  table(of: string | TableSchema): unknown {
    return tableOf(of, (name) => this.#table(name));
  }

  #table(name: string): TableReader {
    this.refuseIfClosed();
    const plan = findTable(this.path, this.#plans, name);
    return this.openTable(this.#info(plan), plan);
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

  #info(plan: TablePlan): TableInfo {
    const { name, id, key, description, columns } = plan;
    const rows = this.rowsOf(plan);
    return {
      name,
      id,
      key,
      static: plan.static,
      run: 'run_id',
      description: description ?? null,
      columns,
      rows,
    };
  }

  #sql(): SqlSession {
    this.refuseIfClosed();
    this.#session ??= new SqlSession(this.path, [this.sqlRun()]);
    return this.#session;
  }
}

/** What a recording says of its run, and how far it came. */
export interface RunFacts {
  readonly run: Omit<RunInfo, 'metadata' | 'provenance'> & {
    readonly metadata: unknown;
    readonly provenance: { readonly [K in 'world' | 'seed']?: Provenance[K] | undefined };
  };
  /** Seconds since the Unix epoch; null where the run has not ended. */
  readonly endTimestamp: number | null;
  /** Whether its process lives. */
  readonly isLive: boolean;
  readonly plans: readonly TablePlan[];
  readonly rows: (plan: TablePlan) => number;
}

export function describeRun({ run, endTimestamp, isLive, plans, rows }: RunFacts): Run {
  const rowsOf = (name: string) => {
    const plan = plans.find((candidate) => candidate.name === name);
    return plan === undefined ? 0 : rows(plan);
  };
  const { world, seed } = run.provenance;
  return {
    runId: run.runId,
    startTimestamp: run.startTimestamp,
    endTimestamp,
    state: endTimestamp !== null ? 'ended' : isLive ? 'recording' : 'crashed',
    world: world ?? null,
    seed: seed === undefined ? null : String(seed),
    configuration: run.configuration ?? null,
    configurationHash: run.configurationHash,
    metadata: run.metadata,
    provenance: { ...run.provenance },
    episodes: rowsOf('episodes'),
    steps: rowsOf('steps'),
    frames: rowsOf('simulation_frame'),
  };
}
