import type { Batch, ColumnSlice, NumberArray } from '../../formats/parquet/index.ts';
import type { RowBuilder } from './row-builder.ts';

/**
 * The first rows of a table with a key, one for each key: later rows complete earlier ones column by column, and a
 * null leaves what is there.
 * @param key index of the key's column, which holds 64-bit integers
 */
export function completedBatch(builder: RowBuilder, rows: number, columns: number, key: number): Batch {
  const keys = (builder.slice(key, 0, rows) as { values: NumberArray }).values;
  const rowsOf = new Map<number | bigint, number[]>();
  for (let row = 0; row < rows; row++) {
    const known = rowsOf.get(keys[row]!);
    if (known === undefined) rowsOf.set(keys[row]!, [row]);
    else known.push(row);
  }
  if (rowsOf.size === rows) return builder.batch(rows);
  const picked = Array.from({ length: columns }, (_, column): ColumnSlice[] => {
    const { validity } = builder.slice(column, 0, rows);
    return Array.from(rowsOf.values(), (same) => {
      const row = same.findLast((candidate) => validity?.[candidate] !== 0) ?? same[0]!;
      return builder.slice(column, row, row + 1);
    });
  });
  return { rows: rowsOf.size, columns: picked };
}
