import type { DuckDBConnection, DuckDBPreparedStatement, DuckDBResult, DuckDBValue } from '@duckdb/node-api';
import { SimtapeError } from '../../errors.ts';
import type { QueryParameter } from '../../record/recorder.ts';
import { checkParameters } from '../query-parameters.ts';
import type { QueryRows } from '../reader.ts';
import type { DuckDB } from './load.ts';
import { reasonOf } from './reason.ts';
import type { Statement } from './statement.ts';
import { converterFor } from './values.ts';

/**
 * Runs one SELECT, whose connection is closed when the rows come to their end or are given up.
 *
 * @throws `QueryFailed`, or the reason for which it was cancelled
 */
export async function runQuery(
  duckdb: DuckDB,
  statement: Statement,
  sql: string,
  parameters: readonly QueryParameter[],
): Promise<QueryRows> {
  try {
    const result = await statement.run(async () => {
      const prepared = await onlySelect(duckdb, statement.connection, sql);
      bind(prepared, parameters);
      return prepared.stream();
    });
    return { columns: result.columnNames(), rows: rowsOf(duckdb, statement, sql, result) };
  } catch (error) {
    statement.end();
    throw failed(statement, sql, error);
  }
}

async function* rowsOf(
  duckdb: DuckDB,
  statement: Statement,
  sql: string,
  result: DuckDBResult,
): AsyncGenerator<readonly unknown[], void> {
  const converters = result.columnTypes().map((type) => converterFor(duckdb, type));
  try {
    for (;;) {
      const rows = await nextRows(statement, result);
      if (rows === null) return;
      for (const row of rows) yield row.map((value, i) => converters[i]!(value));
    }
  } catch (error) {
    throw failed(statement, sql, error);
  } finally {
    statement.end();
  }
}

async function nextRows(statement: Statement, result: DuckDBResult): Promise<DuckDBValue[][] | null> {
  const chunk = await statement.run(() => result.fetchChunk());
  return chunk === null || chunk.rowCount === 0 ? null : chunk.getRows();
}

/** The one statement of a text; DuckDB also knows what writes files or changes settings, which nobody needs here. */
async function onlySelect(
  duckdb: DuckDB,
  connection: DuckDBConnection,
  sql: string,
): Promise<DuckDBPreparedStatement> {
  if (sql.replace(/--[^\n]*|\/\*[\s\S]*?\*\/|;/g, '').trim() === '') {
    throw new Error('it contains no statements');
  }
  const statements = await connection.extractStatements(sql);
  if (statements.count !== 1) throw new Error('one statement at a time');
  const statement = await statements.prepare(0);
  if (statement.statementType === duckdb.StatementType.SELECT) return statement;
  throw new Error('it is no query, only SELECT is answered');
}

/** @throws where there are too few values, too many, or one that SQL has not */
export function bind(statement: DuckDBPreparedStatement, parameters: readonly QueryParameter[]): void {
  checkParameters(parameters);
  const wanted = statement.parameterCount;
  if (parameters.length !== wanted) {
    throw new Error(`it has ${wanted} parameters, and ${parameters.length} values were given`);
  }
  for (const [i, value] of parameters.entries()) {
    const at = i + 1;
    if (value === null) statement.bindNull(at);
    else if (typeof value === 'string') statement.bindVarchar(at, value);
    else if (typeof value === 'boolean') statement.bindBoolean(at, value);
    else if (value instanceof Uint8Array) statement.bindBlob(at, value);
    else if (typeof value === 'number' && !Number.isSafeInteger(value)) statement.bindDouble(at, value);
    else if (BigInt.asIntN(64, BigInt(value)) === BigInt(value)) statement.bindBigInt(at, BigInt(value));
    else throw new Error(`parameter ${at} is ${value}, which is beyond 64 bits`);
  }
}

function failed({ reason }: Statement, sql: string, error: unknown): unknown {
  if (reason !== undefined) return reason;
  return new SimtapeError('QueryFailed', `the query failed: ${reasonOf(error as Error)}`, { sql }, error);
}
