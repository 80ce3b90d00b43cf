import type { ColumnData, Extent } from './reader.ts';

/** Least and greatest of values that were read; null where there are none. NaN counts as none, and -0 as 0. */
export function extentOf({ values, validity }: ColumnData): Extent | null {
  let least: number | bigint | undefined;
  let greatest: number | bigint | undefined;
  for (let row = 0; row < values.length; row++) {
    if (validity !== undefined && (validity[row >> 3]! & (1 << (row & 7))) === 0) continue;
    const value = values[row] as number | bigint;
    if (Number.isNaN(value)) continue;
    if (least === undefined || value < least) least = value;
    if (greatest === undefined || value > greatest) greatest = value;
  }
  return least === undefined ? null : { least: unsigned(least), greatest: unsigned(greatest!) };
}

function unsigned(value: number | bigint): number | bigint {
  return value === 0 ? 0 : value;
}
