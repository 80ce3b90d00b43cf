import { readValue, type Slice, type StoredValue, type TableRows } from '../backends/commit.ts';
import { parseExactly } from '../backends/exact-json.ts';
import { arrayElements } from '../read/column-builder.ts';
import type { StoredColumn } from '../schema/plan.ts';

/**
 * A row as a recorder of one's own gets it, by the names of flat columns (`position_x`): 64-bit integers are numbers
 * where those are exact and bigints beyond, JSON is parsed, arrays are typed arrays, and null is no value.
 */
export type PlainRow = Readonly<Record<string, unknown>>;

/** Copies of the rows of one table in a commit. */
export function plainRows({ plan, slices }: TableRows): PlainRow[] {
  return slices.flatMap((slice) => {
    const rows: PlainRow[] = [];
    for (let row = slice.from; row < slice.to; row++) rows.push(plainRow(plan.columns, slice, row));
    return rows;
  });
}

/** @param columns of the newest plan; an older slice may have fewer */
function plainRow(columns: readonly StoredColumn[], slice: Slice, row: number): PlainRow {
  const { id } = slice.plan;
  const plain: Record<string, unknown> = id === null ? {} : { [id]: slice.firstId + row - slice.from };
  for (const column of columns) plain[column.name] = null;
  for (const [i, column] of slice.plan.columns.entries()) {
    plain[column.name] = plainValue(column, readValue(slice, i, row));
  }
  return plain;
}

function plainValue({ kind, element }: StoredColumn, value: StoredValue): unknown {
  if (value === null) return null;
  if (kind === 'json') return parseExactly(value as string);
  if (kind === 'array') return arrayElements(element!, value as Uint8Array);
  if (typeof value !== 'bigint' || kind === 'timestamp') return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
