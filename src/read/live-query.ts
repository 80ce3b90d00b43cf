import { SimtapeError } from '../errors.ts';
import type { QueryParameter, QueryPort } from '../record/recorder.ts';
import { SqliteReader } from './sqlite/reader.ts';

/** Answers SQL about a SQLite recording that is being written, through a read-only connection of its own. */
export class LiveQuery implements QueryPort {
  readonly #path: string;
  #reader: SqliteReader | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  async query(sql: string, parameters: readonly QueryParameter[]): Promise<Record<string, unknown>[]> {
    this.#reader ??= new SqliteReader(this.#path);
    const { columns, rows } = this.#reader.querySync(sql, parameters);
    return rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i]])));
  }

  close(): void {
    this.#reader?.close();
    this.#reader = null;
  }
}

/** For backends that answer no SQL while they record. */
export const NO_QUERIES: QueryPort = {
  async query(sql) {
    throw new SimtapeError(
      'QueryFailed',
      'this backend answers no SQL while it records: close the recorder, then query the recording',
      { sql },
    );
  },
  close() {},
};
