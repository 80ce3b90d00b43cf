import { SimtapeError } from '../errors.ts';
import type { QueryParameter, QueryPort } from '../record/recorder.ts';
import type { QueryResult } from './reader.ts';
import { openRecording } from './recording.ts';
import { SqliteReader } from './sqlite/reader.ts';

type Row = Record<string, unknown>;

/** What answers SQL about a recording while it is written. */
export function liveQuery(backend: unknown, path: string | null): QueryPort {
  if (path === null) return NO_QUERIES;
  if (backend === 'sqlite') return new LiveSqliteQuery(path);
  return backend === 'parquet' || backend === 'hdf5' ? new LiveFileQuery(path) : NO_QUERIES;
}

/** Answers SQL about a SQLite recording that is being written, through a read-only connection of its own. */
class LiveSqliteQuery implements QueryPort {
  readonly #path: string;
  #reader: SqliteReader | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  async query(sql: string, parameters: readonly QueryParameter[]): Promise<Row[]> {
    this.#reader ??= new SqliteReader(this.#path);
    return asObjects(this.#reader.querySync(sql, parameters));
  }

  close(): void {
    this.#reader?.close();
    this.#reader = null;
  }
}

/** Answers SQL about a run folder or an HDF5 file that is being written: opened for each query, so that it sees what has come. */
class LiveFileQuery implements QueryPort {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async query(sql: string, parameters: readonly QueryParameter[]): Promise<Row[]> {
    using reader = await openRecording(this.#path);
    return asObjects(await reader.query(sql, parameters));
  }

  close(): void {}
}

/** For backends that answer no SQL while they record. */
const NO_QUERIES: QueryPort = {
  async query(sql) {
    throw new SimtapeError(
      'QueryFailed',
      'this backend answers no SQL while it records: close the recorder, then query the recording',
      { sql },
    );
  },
  close() {},
};

function asObjects({ columns, rows }: QueryResult): Row[] {
  return rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i]])));
}
