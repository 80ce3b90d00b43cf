import type { ColumnData } from './reader.ts';

/** Whether row `row` of a column is null, by its bitmap. */
export function isNullAt({ validity }: Pick<ColumnData, 'validity'>, row: number): boolean {
  return validity !== undefined && (validity[row >> 3]! & (1 << (row & 7))) === 0;
}
