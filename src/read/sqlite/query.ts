import { constants, type DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { SimtapeError } from '../../errors.ts';
import type { QueryParameter } from '../../record/recorder.ts';
import type { QueryRows } from '../reader.ts';

/**
 * Keeps queries within the recording: attaching is how SQL reaches other files, `VACUUM INTO` included. Node has the
 * hook since 24.10; before that a read-only connection could still be made to write a copy of itself elsewhere.
 */
export function confine(database: DatabaseSync): void {
  database.setAuthorizer?.((action) =>
    action === constants.SQLITE_ATTACH ? constants.SQLITE_DENY : constants.SQLITE_OK,
  );
}

/** Runs one statement on a read-only connection. Integers beyond 2^53 come as bigints, others as numbers. */
export function queryDatabase(
  database: DatabaseSync,
  sql: string,
  parameters: readonly QueryParameter[],
): QueryRows {
  const failed = (cause: unknown) =>
    new SimtapeError('QueryFailed', `the query failed: ${(cause as Error).message}`, { sql }, cause);
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

function small(value: unknown): unknown {
  return typeof value === 'bigint' && BigInt.asIntN(54, value) === value ? Number(value) : value;
}
