import type { StoredColumn } from '../schema/plan.ts';
import { ColumnBuilder } from './column-builder.ts';
import type { Stretch } from './pieces.ts';
import type { TableBatch } from './reader.ts';

/** Stretches of rows, one behind another, as arrays of columns. */
export function batchOf(columns: readonly StoredColumn[], stretches: readonly Stretch[]): TableBatch {
  const rows = stretches.reduce((sum, { from, to }) => sum + to - from, 0);
  const builders = columns.map((column) => new ColumnBuilder(column, rows));
  let row = 0;
  for (const { cells, from, to } of stretches) {
    for (const [i, builder] of builders.entries()) builder.fill(row, cells[i]!, from, to);
    row += to - from;
  }
  return { rows, columns: Object.fromEntries(columns.map(({ name }, i) => [name, builders[i]!.finish()])) };
}
