import { constants, type DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { SimtapeError } from '../../errors.ts';
import type { QueryParameter } from '../../record/recorder.ts';
import { readerClosed } from './guard.ts';

/** Rows that are handed on before the event loop may look whether the query was cancelled. */
const ROWS_BETWEEN_PAUSES = 2048;

/** A query whose rows are at hand when they are asked for. */
export interface SyncRows {
  readonly columns: readonly string[];
  readonly rows: IterableIterator<readonly unknown[]>;
}

/**
 * Keeps queries within the recording: attaching is how SQL reaches other files, `VACUUM INTO` included. Node has the
 * hook since 24.10; before that a read-only connection could still be made to write a copy of itself elsewhere.
 */
export function confine(database: DatabaseSync): void {
  database.setAuthorizer?.((action) =>
    action === constants.SQLITE_ATTACH ? constants.SQLITE_DENY : constants.SQLITE_OK,
  );
}

/**
 * Runs one statement on a read-only connection. Integers beyond 2^53 come as bigints, others as numbers.
 *
 * @param path of the database, for messages
 * @throws `QueryFailed`, `ReaderClosed`
 */
export function queryDatabase(
  path: string,
  database: DatabaseSync,
  sql: string,
  parameters: readonly QueryParameter[],
): SyncRows {
  const failed = (cause: unknown) =>
    database.isOpen
      ? new SimtapeError('QueryFailed', `the query failed: ${(cause as Error).message}`, { sql }, cause)
      : readerClosed(path, cause);
  let statement: StatementSync;
  let rows: Iterator<unknown>;
  try {
    statement = database.prepare(sql);
    statement.setReturnArrays(true);
    statement.setReadBigInts(true);
    if (statement.columns().length === 0) throw new Error('it returns no rows, so it is no query');
    rows = statement.iterate(...(parameters as SQLInputValue[]));
  } catch (cause) {
    throw failed(cause);
  }
  // SQLite prepares the first statement of a text and leaves the rest alone.
  const rest = sql.slice(statement.sourceSQL.length).replace(/--[^\n]*|\/\*[\s\S]*?\*\/|;/g, '');
  if (rest.trim() !== '') throw failed(new Error('one statement at a time'));
  function* all(): Generator<readonly unknown[], void> {
    for (;;) {
      let next: IteratorResult<unknown>;
      try {
        next = rows.next();
      } catch (cause) {
        throw failed(cause);
      }
      if (next.done) return;
      yield (next.value as unknown[]).map(small);
    }
  }
  return { columns: statement.columns().map(({ name }) => name), rows: all() };
}

/** The same rows for a reader that may cancel: SQLite works on the caller's thread, which has to come up for air. */
export async function* pausing<Row>(
  rows: IterableIterator<Row>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Row, void> {
  let given = 0;
  for (const row of rows) {
    if (signal !== undefined && ++given % ROWS_BETWEEN_PAUSES === 0) await setImmediate();
    signal?.throwIfAborted();
    yield row;
  }
}

function small(value: unknown): unknown {
  return typeof value === 'bigint' && BigInt.asIntN(54, value) === value ? Number(value) : value;
}
