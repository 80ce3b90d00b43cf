import { existsSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { DatabaseSync } from 'node:sqlite';
import { parseExactly } from '../../backends/exact-json.ts';
import { quote } from '../../backends/sqlite/format.ts';
import { checkFormat } from '../../backends/sqlite/open.ts';
import { readPlans, runColumn } from '../../backends/sqlite/tables.ts';
import { isRunning } from '../../backends/writer-process.ts';
import { SimtapeError, show } from '../../errors.ts';
import type { QueryParameter } from '../../record/recorder.ts';
import type { TablePlan } from '../../schema/plan.ts';
import { RUN_ID } from '../../schema/run-id.ts';
import type { TableSchema } from '../../schema/types.ts';
import type { Episode } from '../episode.ts';
import { episodesOf, provenanceOf } from '../episodes.ts';
import type {
  QueryOptions,
  QueryResult,
  QueryRows,
  Run,
  SyncReader,
  TableInfo,
  TableReader,
} from '../reader.ts';
import { findTable } from '../select.ts';
import { type TypedTableReader, tableOf } from '../typed.ts';
import { guard, guardTable } from './guard.ts';
import { confine, pausing, queryDatabase } from './query.ts';
import { SqliteTable } from './table.ts';

/** Reads a SQLite recording through a read-only connection. */
export class SqliteReader implements SyncReader {
  readonly path: string;
  readonly format = 'sqlite';
  readonly notes: readonly string[] = [];
  readonly #database: DatabaseSync;
  #snapshots = 0;

  constructor(path: string) {
    this.path = path;
    let database: DatabaseSync | undefined;
    try {
      database = new DatabaseSync(path, { readOnly: true, timeout: 5000 });
      if (checkFormat(database, path) === 'empty') {
        throw new SimtapeError('NotARecording', `${path} is an empty database, not a recording`, { path });
      }
    } catch (cause) {
      database?.close();
      if (cause instanceof SimtapeError) throw cause;
      throw new SimtapeError(
        'NotARecording',
        `${path} cannot be read: ${(cause as Error).message}`,
        { path },
        cause,
      );
    }
    confine(database);
    this.#database = database;
  }

  get bytes(): number {
    let bytes = 0;
    for (const file of [this.path, `${this.path}-wal`]) if (existsSync(file)) bytes += statSync(file).size;
    return bytes;
  }

  runs(): readonly Run[] {
    return guard(this.path, this.#database, () => this.#runs());
  }

  #runs(): readonly Run[] {
    const writers = this.#database.prepare('SELECT run_id, host, process_id FROM simtape_writers').all();
    const count = (table: string) =>
      this.#has(table)
        ? new Map(
            this.#database
              .prepare(`SELECT run_id, count(*) AS rows FROM ${table} GROUP BY run_id`)
              .all()
              .map((row) => [row.run_id, Number(row.rows)]),
          )
        : new Map();
    const frames = this.#has('simulation_frame')
      ? new Map(
          this.#database
            .prepare('SELECT run_number, count(*) AS rows FROM simulation_frame GROUP BY run_number')
            .all()
            .map((row) => [row.run_number, Number(row.rows)]),
        )
      : new Map();
    const episodes = count('episodes');
    const steps = count('steps');
    return this.#database
      .prepare('SELECT * FROM runs ORDER BY run_number')
      .all()
      .map((row) => {
        const writer = writers.find((candidate) => candidate.run_id === row.run_id);
        if (!RUN_ID.test(String(row.run_id))) throw new Error(`${show(row.run_id)} is no id of a run`);
        return {
          runId: String(row.run_id),
          startTimestamp: Number(row.start_timestamp),
          endTimestamp: row.end_timestamp as number | null,
          state: row.end_timestamp !== null ? 'ended' : isWriting(writer) ? 'recording' : 'crashed',
          world: row.world as string | null,
          seed: row.seed as string | null,
          configuration: parse(row.configuration),
          configurationHash: row.configuration_hash as string | null,
          metadata: parse(row.metadata),
          provenance: parse(row.provenance) as Record<string, unknown>,
          episodes: episodes.get(row.run_id) ?? 0,
          steps: steps.get(row.run_id) ?? 0,
          frames: frames.get(row.run_number) ?? 0,
        };
      });
  }

  tables(): readonly TableInfo[] {
    return guard(this.path, this.#database, () => this.#tables());
  }

  #tables(): readonly TableInfo[] {
    return readPlans(this.#database).map((plan) => this.#info(plan));
  }

  #info({ name, id, key, static: isStatic, description, columns }: TablePlan): TableInfo {
    const count = () => guard(this.path, this.#database, () => this.#count(name));
    let rows: number | undefined;
    return {
      name,
      id,
      key,
      static: isStatic,
      run: runColumn({ name }),
      description: description ?? null,
      columns,
      // Counting reads a whole index, so it waits until somebody asks.
      get rows() {
        rows ??= count();
        return rows;
      },
    };
  }

  #count(table: string): number {
    return Number(this.#database.prepare(`SELECT count(*) AS rows FROM ${quote(table)}`).get()!.rows);
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
    return tableOf(of, (name) => guard(this.path, this.#database, () => this.#table(name)));
  }

  #table(name: string): TableReader {
    const plan = findTable(this.path, readPlans(this.#database), name);
    const numbers = this.#database.prepare('SELECT run_id, run_number FROM runs').all();
    const runNumbers = new Map(numbers.map((row) => [String(row.run_id), Number(row.run_number)]));
    const table = new SqliteTable(this.#database, this.#info(plan), plan.key, runNumbers, () =>
      this.tables(),
    );
    return guardTable(this.path, this.#database, table);
  }

  async query(
    sql: string,
    parameters?: readonly QueryParameter[],
    options?: QueryOptions,
  ): Promise<QueryResult> {
    const { columns, rows } = await this.iterate(sql, parameters, options);
    return { columns, rows: await Array.fromAsync(rows) };
  }

  async iterate(
    sql: string,
    parameters: readonly QueryParameter[] = [],
    { signal }: QueryOptions = {},
  ): Promise<QueryRows> {
    signal?.throwIfAborted();
    const { columns, rows } = queryDatabase(this.path, this.#database, sql, parameters);
    return { columns, rows: pausing(rows, signal) };
  }

  querySync(sql: string, parameters: readonly QueryParameter[] = []): QueryResult {
    const { columns, rows } = queryDatabase(this.path, this.#database, sql, parameters);
    return { columns, rows: [...rows] };
  }

  /** Reads in one transaction, so that no row refers to one that came later than its table was read. */
  snapshot(): Disposable {
    const database = this.#database;
    guard(this.path, database, () => {
      if (this.#snapshots++ > 0) return;
      // The moment is that of the first read.
      database.exec('BEGIN; SELECT 1 FROM runs');
    });
    return {
      [Symbol.dispose]: () => {
        if (--this.#snapshots === 0 && database.isTransaction) database.exec('COMMIT');
      },
    };
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #has(table: string): boolean {
    const sql = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?";
    return this.#database.prepare(sql).get(table) !== undefined;
  }
}

function isWriting(writer: Record<string, unknown> | undefined): boolean {
  if (writer === undefined) return false;
  return writer.host !== hostname() || isRunning(Number(writer.process_id));
}

function parse(json: unknown): unknown {
  return json === null ? null : parseExactly(String(json));
}
