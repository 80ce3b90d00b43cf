import type { ColumnSlice, NumberSlice } from './column.ts';
import type { Leaf } from './leaf.ts';

/** Whether the values of a column are ids that rise from row to row: then the file can say that its rows are sorted. */
export function rises({ kind, nullable, list }: Leaf, slices: readonly ColumnSlice[]): boolean {
  if (kind !== 'ref' || nullable || list) return false;
  let last: number | bigint = Number.NEGATIVE_INFINITY;
  for (const slice of slices) {
    // A column that is not nullable has no other slices.
    const { values } = slice as NumberSlice;
    for (let row = 0; row < slice.rows; row++) {
      const id = values[row]!;
      if (!(id > last)) return false;
      last = id;
    }
  }
  return true;
}
