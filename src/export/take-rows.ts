import type { ColumnData, ColumnValues, TableBatch } from '../read/reader.ts';
import { isNullAt } from '../read/validity.ts';
import { gathered } from '../read/where/choose.ts';

/** Some rows of a batch, by their indexes. */
export function takeRows(batch: TableBatch, rows: readonly number[]): TableBatch {
  if (rows.length === batch.rows) return batch;
  const indexes = Uint32Array.from(rows);
  const columns: Record<string, ColumnData> = {};
  for (const [name, data] of Object.entries(batch.columns)) columns[name] = taken(data, indexes);
  return { rows: rows.length, columns };
}

/** One byte a row, 0 where it is null. */
export function validBytes(data: ColumnData): Uint8Array {
  const valid = new Uint8Array(data.values.length);
  for (let row = 0; row < valid.length; row++) valid[row] = isNullAt(data, row) ? 0 : 1;
  return valid;
}

function taken(data: ColumnData, rows: Uint32Array): ColumnData {
  const { column } = data;
  const values = gathered(data.values, rows, 0) as ColumnValues;
  const validity = new Uint8Array(Math.ceil(rows.length / 8)).fill(0xff);
  let nulls = 0;
  for (const [i, row] of rows.entries()) {
    if (!isNullAt(data, row)) continue;
    validity[i >> 3]! &= ~(1 << (i & 7));
    nulls++;
  }
  return { column, values, nulls, ...(nulls === 0 ? {} : { validity }) };
}
