import { constants, type DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { SimtapeError } from '../../errors.ts';
import type { QueryParameter } from '../../record/recorder.ts';
import { checkParameters } from '../query-parameters.ts';
import { readerClosed } from './guard.ts';

/** Rows that are handed on before the event loop may look whether the query was cancelled. */
const ROWS_BETWEEN_PAUSES = 2048;

/** `SQLITE_RANGE`: a value for which there is no `?`. */
const OUT_OF_RANGE = 25;

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
  let first: IteratorResult<unknown>;
  try {
    checkParameters(parameters);
    statement = database.prepare(sql);
    refuseMore(sql, statement);
    statement.setReturnArrays(true);
    statement.setReadBigInts(true);
    if (statement.columns().length === 0) throw new Error('it returns no rows, so it is no query');
    rows = bound(statement, parameters);
    first = rows.next();
  } catch (cause) {
    throw failed(cause);
  }
  function* all(): Generator<readonly unknown[], void> {
    try {
      for (let next = first; !next.done; next = rows.next()) yield (next.value as unknown[]).map(small);
    } catch (cause) {
      throw failed(cause);
    } finally {
      rows.return?.();
    }
  }
  // Only the first step sees columns that a writer has added since this connection last looked.
  return { columns: statement.columns().map(({ name }) => name), rows: all() };
}

/** SQLite prepares the first statement of a text and leaves the rest alone. */
function refuseMore(sql: string, statement: StatementSync): void {
  const rest = sql.slice(statement.sourceSQL.length).replace(/--[^\n]*|\/\*[\s\S]*?\*\/|;/g, '');
  if (rest.trim() !== '') throw new Error('one statement at a time');
}

/** Rows of a statement, whose `?` are as many as the values: node:sqlite takes null for those that have none. */
function bound(statement: StatementSync, parameters: readonly QueryParameter[]): Iterator<unknown> {
  const values = parameters as SQLInputValue[];
  const given = `${values.length} value${values.length === 1 ? '' : 's'}`;
  if (takes(statement, [...values, null]))
    throw new Error(`it has more ? than the ${given} that it was given`);
  if (!takes(statement, values)) throw new Error(`it has fewer ? than the ${given} that it was given`);
  return statement.iterate(...values);
}

/** Whether there are `?` for so many values. */
function takes(statement: StatementSync, values: readonly SQLInputValue[]): boolean {
  try {
    statement.iterate(...values);
    return true;
  } catch (error) {
    if ((error as { errcode?: number }).errcode !== OUT_OF_RANGE) throw error;
    return false;
  }
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
