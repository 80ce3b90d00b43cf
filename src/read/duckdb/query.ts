import type { DuckDBConnection, DuckDBPreparedStatement, DuckDBResult } from '@duckdb/node-api';
import { SimtapeError } from '../../errors.ts';
import type { QueryParameter } from '../../record/recorder.ts';
import type { QueryRows } from '../reader.ts';
import type { DuckDB } from './load.ts';
import { converterFor } from './values.ts';

/**
 * Runs one SELECT on a connection of its own, which is closed when the rows come to their end, are given up, or the
 * signal is aborted.
 *
 * @throws `QueryFailed`, or the signal's reason
 */
export async function runStatement(
  duckdb: DuckDB,
  connection: DuckDBConnection,
  sql: string,
  parameters: readonly QueryParameter[],
  signal: AbortSignal | undefined,
  close: () => void,
): Promise<QueryRows> {
  const interrupt = () => connection.interrupt();
  signal?.addEventListener('abort', interrupt);
  const end = () => {
    signal?.removeEventListener('abort', interrupt);
    close();
  };
  const failed = (cause: unknown): unknown => {
    end();
    if (signal?.aborted) return signal.reason;
    const why = reasonOf(cause as Error);
    return new SimtapeError('QueryFailed', `the query failed: ${why}`, { sql }, cause);
  };
  let result: DuckDBResult;
  try {
    const statement = await onlySelect(duckdb, connection, sql);
    bind(statement, parameters);
    result = await statement.stream();
  } catch (cause) {
    throw failed(cause);
  }
  return { columns: result.columnNames(), rows: rowsOf(duckdb, result, end, failed) };
}

async function* rowsOf(
  duckdb: DuckDB,
  result: DuckDBResult,
  end: () => void,
  failed: (cause: unknown) => unknown,
): AsyncGenerator<readonly unknown[], void> {
  const converters = result.columnTypes().map((type) => converterFor(duckdb, type));
  try {
    for (;;) {
      let rows: ReturnType<NonNullable<Awaited<ReturnType<DuckDBResult['fetchChunk']>>>['getRows']>;
      try {
        const chunk = await result.fetchChunk();
        if (chunk === null || chunk.rowCount === 0) return;
        rows = chunk.getRows();
      } catch (cause) {
        throw failed(cause);
      }
      for (const row of rows) yield row.map((value, i) => converters[i]!(value));
    }
  } finally {
    end();
  }
}

/** The one statement of a text; DuckDB also knows what writes files or changes settings, which nobody needs here. */
async function onlySelect(
  duckdb: DuckDB,
  connection: DuckDBConnection,
  sql: string,
): Promise<DuckDBPreparedStatement> {
  if (sql.replace(/--[^\n]*|\/\*[\s\S]*?\*\/|;/g, '').trim() === '')
    throw new Error('it contains no statements');
  const statements = await connection.extractStatements(sql);
  if (statements.count !== 1) throw new Error('one statement at a time');
  const statement = await statements.prepare(0);
  if (statement.statementType === duckdb.StatementType.SELECT) return statement;
  throw new Error('it is no query, only SELECT is answered');
}

function bind(statement: DuckDBPreparedStatement, parameters: readonly QueryParameter[]): void {
  const wanted = statement.parameterCount;
  if (parameters.length !== wanted) {
    throw new Error(`it has ${wanted} parameters, and ${parameters.length} values were given`);
  }
  for (const [i, value] of parameters.entries()) {
    const at = i + 1;
    if (value === null) statement.bindNull(at);
    else if (typeof value === 'string') statement.bindVarchar(at, value);
    else if (value instanceof Uint8Array) statement.bindBlob(at, value);
    else if (typeof value === 'number' && !Number.isSafeInteger(value)) statement.bindDouble(at, value);
    else if (BigInt.asIntN(64, BigInt(value)) === BigInt(value)) statement.bindBigInt(at, BigInt(value));
    else throw new Error(`parameter ${at} is ${value}, which is beyond 64 bits`);
  }
}

/** What DuckDB says, without the excerpt of the statement. */
function reasonOf({ message }: Error): string {
  return message
    .replace(/^Failed to extract statements: /, '')
    .replace(/\n+LINE \d+:[\s\S]*$/, '')
    .replace(/\s*\n\s*/g, ' ')
    .trim();
}
