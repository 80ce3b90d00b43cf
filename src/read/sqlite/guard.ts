import type { DatabaseSync } from 'node:sqlite';
import { SimtapeError } from '../../errors.ts';
import type { TableReader } from '../reader.ts';
import type { SqliteTable } from './table.ts';

/** What a damaged file makes SQLite, or the decoding of what it gives, throw becomes an error of simtape's. */
export function guard<T>(path: string, database: DatabaseSync, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof SimtapeError) throw cause;
    if (!database.isOpen) throw readerClosed(path, cause);
    const why = (cause as Error).message;
    throw new SimtapeError('NotARecording', `${path} is damaged: ${why}`, { path }, cause);
  }
}

export function readerClosed(path: string, cause: unknown): SimtapeError<'ReaderClosed'> {
  const message = `${path} is not open any more: read it before its reader is closed`;
  return new SimtapeError('ReaderClosed', message, { path }, cause);
}

/** A table as readers hand it out: the same for everything that it does, row by row too. */
export function guardTable(path: string, database: DatabaseSync, table: SqliteTable): TableReader {
  return {
    info: table.info,
    columns: async (options) => guard(path, database, () => table.columns(options)),
    extent: async (column) => guard(path, database, () => table.extent(column)),
    rows: (options) => guarded(path, database, () => table.rows(options)),
    batches: (options) => guarded(path, database, () => table.batches(options)),
  };
}

async function* guarded<T>(
  path: string,
  database: DatabaseSync,
  read: () => IterableIterator<T>,
): AsyncGenerator<T, void> {
  const values = read();
  try {
    for (;;) {
      const { done, value } = guard(path, database, () => values.next());
      if (done) return;
      yield value;
    }
  } finally {
    values.return?.();
  }
}
