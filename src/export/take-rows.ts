import type { ColumnData, ColumnValues, TableBatch } from '../read/reader.ts';

/** Some rows of a batch, by their indexes. */
export function takeRows(batch: TableBatch, rows: readonly number[]): TableBatch {
  if (rows.length === batch.rows) return batch;
  const columns: Record<string, ColumnData> = {};
  for (const [name, data] of Object.entries(batch.columns)) columns[name] = taken(data, rows);
  return { rows: rows.length, columns };
}

/** Whether a row of a column is not null. */
export function isValid({ validity }: ColumnData, row: number): boolean {
  return validity === undefined || (validity[row >> 3]! & (1 << (row & 7))) !== 0;
}

/** One byte a row, 0 where it is null. */
export function validBytes(data: ColumnData): Uint8Array {
  const valid = new Uint8Array(data.values.length);
  for (let row = 0; row < valid.length; row++) valid[row] = isValid(data, row) ? 1 : 0;
  return valid;
}

function taken(data: ColumnData, rows: readonly number[]): ColumnData {
  const { column, values } = data;
  const some = ArrayBuffer.isView(values)
    ? new (values.constructor as Float64ArrayConstructor)(rows.length)
    : new Array<unknown>(rows.length);
  for (let i = 0; i < rows.length; i++) some[i] = (values as Float64Array)[rows[i]!]!;
  if (data.validity === undefined) return { column, values: some as ColumnValues, nulls: 0 };
  const validity = new Uint8Array(Math.ceil(rows.length / 8)).fill(0xff);
  let nulls = 0;
  for (let i = 0; i < rows.length; i++) {
    if (isValid(data, rows[i]!)) continue;
    validity[i >> 3]! &= ~(1 << (i & 7));
    nulls++;
  }
  return { column, values: some as ColumnValues, nulls, ...(nulls === 0 ? {} : { validity }) };
}
