import type { QueryParameter } from '../record/recorder.ts';
import type { StoredColumn } from '../schema/plan.ts';
import type { TableSchema } from '../schema/types.ts';
import type { Episode } from './episode.ts';
import type { OwnObjects } from './own-objects.ts';
import type { TypedTableReader } from './typed.ts';

/** One run of a recording. */
export interface Run {
  readonly runId: string;
  /** Seconds since the Unix epoch; null where the run goes on, or did not end cleanly. */
  readonly startTimestamp: number;
  readonly endTimestamp: number | null;
  /** `ended`; `recording`, while a living process writes it; `crashed`, where that process is gone. */
  readonly state: 'ended' | 'recording' | 'crashed';
  readonly world: string | null;
  readonly seed: string | null;
  /** What JSON holds, here and in metadata and provenance; integers that a number would round are bigints. */
  readonly configuration: unknown;
  readonly configurationHash: string | null;
  readonly metadata: unknown;
  readonly provenance: Readonly<Record<string, unknown>>;
  readonly episodes: number;
  /** Rows of steps: one for each agent and step. */
  readonly steps: number;
  readonly frames: number;
}

/** One table of a recording. */
export interface TableInfo {
  readonly name: string;
  readonly description: string | null;
  /** Name of the row id, or null. */
  readonly id: string | null;
  /** Column by which later rows complete earlier ones, or null. */
  readonly key: string | null;
  /** Whether rows of it are never dropped. */
  readonly static: boolean;
  /** Name of the column that says which run a row belongs to. */
  readonly run: 'run_id' | 'run_number';
  readonly rows: number;
  readonly columns: readonly StoredColumn[];
}

/** Values of a column: a typed array of numbers, else an array. */
export type ColumnValues =
  | Float64Array
  | Float32Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | readonly (string | null)[]
  | readonly (boolean | null)[]
  | readonly (Uint8Array | null)[]
  | readonly (ArrayLike<number | bigint> | null)[];

/** One column as arrays. */
export interface ColumnData {
  readonly column: StoredColumn;
  /**
   * A typed array for numbers; `BigInt64Array` or `BigUint64Array` for the 64-bit kinds and timestamps; an array for
   * text, JSON (as text), labels, booleans, bytes and arrays. Zero where not valid in a typed array, else null.
   */
  readonly values: ColumnValues;
  /** Bit i (least significant first, as in Arrow) says whether row i is not null. Absent where no row is null. */
  readonly validity?: Uint8Array;
  readonly nulls: number;
}

/**
 * A row by flat column names; the 64-bit kinds and timestamps are bigints, JSON is parsed, in which an integer is a bigint
 * where a number would round it.
 */
export type RecordedRow = Readonly<Record<string, unknown>>;

/** Numbers from one to another, both included; an end that is left out is open. */
export interface Between {
  readonly from?: number;
  readonly to?: number;
}

/** Which rows: those that hold all that is given. A row that is null in a column that is asked for holds nothing. */
export interface Where {
  /** By `episode_id`. */
  readonly episode?: number | readonly number[];
  /** By `agent_id`. */
  readonly agent?: number | readonly number[];
  /** By the frame that rows refer to; of `simulation_frame`, by its id. */
  readonly frame?: number | Between;
  /**
   * Seconds of simulation: of a column whose clock is the simulation's, else of the frame that rows refer to, else of a
   * number called `simulation_time` or `time`. Never of the wall clock, as `timestamp` of `steps` is.
   */
  readonly time?: number | Between;
}

/** Which rows and columns of a table are read. */
export interface ReadOptions {
  /** Columns to read; default all. `run_id` can be named in every table. */
  readonly select?: readonly string[];
  /** Rows of this run only. */
  readonly run?: string;
  /**
   * Rows that hold this only; what the format tells where they are not is not read.
   * @throws `InvalidConfig` where the table has no column for it, naming the tables that have one
   */
  readonly where?: Where;
  /** At most so many rows, the first ones. */
  readonly limit?: number;
}

/** Which rows and columns are read, and how many rows at a time. */
export interface BatchOptions extends ReadOptions {
  /** Most rows of a batch; all but a run's last have as many. Default 65,536. */
  readonly batchRows?: number;
}

/** Some rows of a table. */
export interface TableBatch {
  readonly rows: number;
  readonly columns: Readonly<Record<string, ColumnData>>;
}

/**
 * Reads one table. Rows come in the order of their ids, which is the order of recording in one thread; those of
 * `episodes`, which have none, in the order of their numbers, run by run.
 */
export interface TableReader {
  readonly info: TableInfo;
  columns(options?: ReadOptions): Promise<Readonly<Record<string, ColumnData>>>;
  rows(options?: ReadOptions): AsyncIterableIterator<RecordedRow>;
  /** The same as {@link TableReader.columns} in pieces of so many rows, which only are in memory. */
  batches(options?: BatchOptions): AsyncIterableIterator<TableBatch>;
  /**
   * Least and greatest value of a column of numbers or timestamps, without reading the column where the format keeps
   * them; null where every row is null. NaN counts as no value.
   */
  extent(column: string): Promise<Extent | null>;
}

/** Least and greatest value of a column. */
export interface Extent {
  readonly least: number | bigint;
  readonly greatest: number | bigint;
}

/**
 * A recording, whatever its format. One that is still being written is seen as far as it was committed: in SQLite when
 * a method is called, in other formats when it was opened.
 */
export interface Reader extends Disposable {
  /** The file or folder. */
  readonly path: string;
  readonly format: string;
  /** Bytes on disk. */
  readonly bytes: number;
  /** What a user should know of how it was read: rows recovered from a journal, parts that are damaged; often nothing. */
  readonly notes: readonly string[];
  runs(): readonly Run[];
  /** Where each run comes from, by its id: world, seed, commit, host, versions. */
  readonly provenance: ReadonlyMap<string, Run['provenance']>;
  tables(): readonly TableInfo[];
  /**
   * The episodes of all runs, or of one, in the order of their numbers.
   * @throws `NotFound` where there is no such run
   */
  episodes(run?: string): Promise<readonly Episode[]>;
  /**
   * A table with the types of its schema.
   * @throws `SchemaMismatch` where it was recorded with another one; `NotFound` naming the tables that there are
   */
  table<T extends TableSchema>(schema: T): TypedTableReader<T>;
  /** @throws `NotFound` naming the tables that there are. */
  table(name: string): TableReader;
  /**
   * Runs a read-only query: of a SQLite recording by SQLite, of everything else by DuckDB, an optional package. There
   * every table has `run_id`, a timestamp is exact to the microsecond, and an array is an array; apart from that the same
   * query gives the same values: integers as numbers where they are exact and as bigints beyond, booleans as 0 and 1,
   * timestamps as nanoseconds since the Unix epoch, JSON as text.
   *
   * @throws `QueryFailed` with the database's reason, `BackendUnavailable` where DuckDB is needed and not installed
   */
  query(sql: string, parameters?: readonly QueryParameter[], options?: QueryOptions): Promise<QueryResult>;
  /** The same, row by row: what is not asked for is not read. */
  iterate(sql: string, parameters?: readonly QueryParameter[], options?: QueryOptions): Promise<QueryRows>;
  /** Makes everything that is read until it is disposed of the same moment's. Absent where it always is. */
  snapshot?(): Disposable;
  /** Of HDF5: groups, datasets and attributes of the user's own beside the tables. */
  ownObjects?(): OwnObjects;
  close(): void;
}

/** A SQLite recording also answers at once, for simulations that never come back to their event loop. */
export interface SyncReader extends Reader {
  /** As {@link Reader.query}. */
  querySync(sql: string, parameters?: readonly QueryParameter[]): QueryResult;
}

/** How a query is answered. */
export interface QueryOptions {
  /** Ends the query, which then rejects with the signal's reason. SQLite looks at it between two rows. */
  readonly signal?: AbortSignal;
}

/** An answer whose rows come one after another. */
export interface QueryRows {
  readonly columns: readonly string[];
  readonly rows: AsyncIterableIterator<readonly unknown[]>;
}

/** An answer with all its rows, cells in the order of the columns. */
export interface QueryResult {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}
