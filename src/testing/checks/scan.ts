import { placeColumns } from '../../read/comparison/divergence.ts';
import type { ColumnData, Reader, ReadOptions, Run, TableBatch, TableInfo } from '../../read/index.ts';
import { selectColumns } from '../../read/select.ts';
import { isNullAt } from '../../read/validity.ts';

/** Which rows a check looks at. */
export type Rows = Pick<ReadOptions, 'run' | 'where'>;

/** A batch of a table's rows, of one run. */
export interface Scanned {
  readonly run: Run;
  readonly info: TableInfo;
  readonly batch: TableBatch;
}

/** The rows of a table, run by run: the columns that are named, and those that say where a row stands. */
export async function* scan(
  reader: Reader,
  table: string,
  columns: readonly string[],
  { run: only, ...rows }: Rows,
): AsyncGenerator<Scanned, void> {
  const source = reader.table(table);
  const { info } = source;
  const own = info.id === null ? [] : [info.id];
  const select = [...new Set([...own, ...columns, ...placeColumns(info)])];
  selectColumns(info, select);
  const runs = reader.runs().filter(({ runId }) => only === undefined || runId === only);
  // A run that is not there is the reader's to refuse.
  if (runs.length === 0 && only !== undefined) await source.columns({ run: only, limit: 0 });
  for (const run of runs) {
    for await (const batch of source.batches({ ...rows, run: run.runId, select })) yield { run, info, batch };
  }
}

/** A number of a row; NaN where it is null. */
export function numberAt(data: ColumnData, row: number): number {
  return isNullAt(data, row) ? Number.NaN : Number(data.values[row]);
}

/** The columns of a name: itself, or the parts of a vector. */
export function partsOf(info: TableInfo, name: string): readonly string[] {
  const parts = info.columns.filter(({ vector }) => vector?.name === name).map((column) => column.name);
  return parts.length === 0 ? [name] : parts;
}
