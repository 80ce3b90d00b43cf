import { bigintsAsNumbers } from '../../src/backends/exact-json.ts';
import type { StoredColumn } from '../../src/index.ts';
import type { RecordedRow } from '../../src/read/index.ts';
import { exact } from '../text/json.ts';

/**
 * Rows in the order of columns.
 * @param nested whether JSON and arrays stay values, or become text, as they are where SQL gives them
 */
export async function* plainRows(
  columns: readonly StoredColumn[],
  rows: AsyncIterable<RecordedRow>,
  nested: boolean,
): AsyncGenerator<readonly unknown[], void> {
  for await (const row of rows) yield columns.map((column) => plain(column, row[column.name], nested));
}

function plain({ kind, element }: StoredColumn, value: unknown, nested: boolean): unknown {
  if (value === null || value === undefined) return null;
  if (kind === 'json') return nested ? value : JSON.stringify(value, bigintsAsNumbers);
  if (kind !== 'array') return value;
  const elements = Array.from(value as ArrayLike<unknown>, (one) =>
    element === 'bool' ? one === 1 : exact('', one),
  );
  return nested ? elements : JSON.stringify(elements);
}
