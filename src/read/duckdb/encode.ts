import { closeSync, openSync, rmSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { writeWhole } from '../../backends/whole-io.ts';
import {
  type ColumnSlice,
  type NumberArray,
  type ParquetColumn,
  ParquetWriter,
} from '../../formats/parquet/index.ts';
import type { StoredColumn } from '../../schema/plan.ts';
import type { ColumnData, TableBatch } from '../reader.ts';

/**
 * Writes batches of a table into a Parquet file of its own.
 * @param refuseIfCancelled is called for each batch; where it throws, no file is left
 * @returns whether there were any rows, and so a file
 */
export async function encodeTable(
  path: string,
  columns: readonly StoredColumn[],
  batches: AsyncIterable<TableBatch>,
  refuseIfCancelled: () => void,
): Promise<boolean> {
  let file: number | null = null;
  let isWhole = false;
  const writer = new ParquetWriter({ columns: columns.map(encodedColumn) });
  const append = (chunks: readonly Uint8Array[]) => {
    for (const chunk of chunks) writeWhole(file!, chunk, null);
  };
  try {
    for await (const { rows, columns: data } of batches) {
      // Who cancels needs a turn for it.
      await setImmediate();
      refuseIfCancelled();
      file ??= openSync(path, 'wx', 0o600);
      append(
        writer.writeRowGroup({ rows, columns: columns.map(({ name }) => [sliceOf(data[name]!, rows)]) }),
      );
    }
    if (file !== null) append(writer.finish());
    isWhole = true;
    return file !== null;
  } finally {
    if (file !== null) closeSync(file);
    if (!isWhole) rmSync(path, { force: true });
  }
}

/** Labels are at hand as text, and any column may have nulls where it came later. */
function encodedColumn({ name, kind, element, length }: StoredColumn): ParquetColumn {
  const array = element === undefined ? {} : { element, length: length! };
  return { name, kind: kind === 'enum' ? 'utf8' : kind, nullable: true, ...array };
}

/** A column that was read as a stretch of one that is written. */
function sliceOf({ column, values, validity }: ColumnData, rows: number): ColumnSlice {
  const flags =
    validity && Uint8Array.from({ length: rows }, (_, row) => (validity[row >> 3]! >> (row & 7)) & 1);
  switch (column.kind) {
    case 'bool':
      return { rows, values: Uint8Array.from(values as readonly boolean[], Number), validity: flags };
    case 'array':
      return { rows, values: flattened(column, values as readonly ArrayLike<number>[]), validity: flags };
    case 'utf8':
    case 'json':
    case 'enum':
    case 'bytes':
      return { rows, values: values as readonly (string | null)[], validity: flags };
    default:
      return { rows, values: values as NumberArray, validity: flags };
  }
}

function flattened({ length = 1 }: StoredColumn, rows: readonly (ArrayLike<number> | null)[]): NumberArray {
  const [first] = rows.filter((row) => row !== null);
  const type = (first?.constructor ?? Float64Array) as Float64ArrayConstructor;
  const values = new type(rows.length * length);
  for (const [row, elements] of rows.entries()) if (elements !== null) values.set(elements, row * length);
  return values;
}
