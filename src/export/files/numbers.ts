import { ARRAYS, viewOf } from '../../buffer/layout.ts';
import type { NumberArray } from '../../formats/parquet/index.ts';
import type { StoredColumn } from '../../schema/plan.ts';

/** Codes of labels; 0 where there is none. */
export function labelCodes(
  column: StoredColumn,
  labels: readonly (string | null)[],
): Uint8Array | Uint16Array {
  const known = new Map(column.labels!.map((label, code) => [label, code]));
  const codes = new ARRAYS[viewOf(column)](labels.length) as Uint8Array | Uint16Array;
  for (let row = 0; row < labels.length; row++) codes[row] = known.get(labels[row]!) ?? 0;
  return codes;
}

/** The elements of all rows of an `array` column, one row behind another; zeros where a row is null. */
export function elementArray(
  column: StoredColumn,
  rows: readonly (ArrayLike<number | bigint> | null)[],
): NumberArray {
  const length = column.length!;
  const elements = new ARRAYS[viewOf(column)](rows.length * length) as Float64Array;
  for (let row = 0; row < rows.length; row++) {
    const values = rows[row];
    if (values) elements.set(values as ArrayLike<number>, row * length);
  }
  return elements;
}
