import type { ColumnSlice } from '../column.ts';
import type { Leaf } from '../leaf.ts';
import { invalidBatch } from './invalid.ts';

/** Which rows of a column have a value. */
export interface Validity {
  readonly rows: number;
  /** Rows that are not null. */
  readonly present: number;
  /** One byte a row, 1 or 0; null where no row is null. */
  readonly flags: Uint8Array | null;
}

/** The flags of a slice, or null where none of its rows is null. */
export function sliceFlags(slice: ColumnSlice): Uint8Array | null {
  if (slice.validity === undefined) return null;
  // A native search: next to free for the usual nullable column that has no nulls.
  return slice.validity.indexOf(0) < 0 ? null : slice.validity;
}

/** Joins the validity of a column's slices, after checking it against the number of rows. */
export function gatherValidity(leaf: Leaf, rows: number, slices: readonly ColumnSlice[]): Validity {
  let seen = 0;
  let nulls = false;
  for (const slice of slices) {
    if (slice.validity !== undefined && slice.validity.length !== slice.rows) {
      const flags = slice.validity.length;
      throw invalidBatch(leaf.name, `${flags} validity flags for ${slice.rows} rows`);
    }
    seen += slice.rows;
    nulls ||= slice.rows > 0 && (isNullSlice(slice) || sliceFlags(slice) !== null);
  }
  if (seen !== rows) throw invalidBatch(leaf.name, `its slices have ${seen} rows, the batch has ${rows}`);
  if (!nulls) return { rows, present: rows, flags: null };
  return joinFlags(leaf, rows, slices);
}

function joinFlags(leaf: Leaf, rows: number, slices: readonly ColumnSlice[]): Validity {
  const flags = new Uint8Array(rows);
  let present = 0;
  let row = 0;
  for (const slice of slices) {
    const from = slice.validity;
    if (from === undefined) {
      const value = isNullSlice(slice) ? 0 : 1;
      flags.fill(value, row, row + slice.rows);
      present += value * slice.rows;
    } else {
      for (let i = 0; i < from.length; i++) {
        const flag = from[i] === 0 ? 0 : 1;
        flags[row + i] = flag;
        present += flag;
      }
    }
    row += slice.rows;
  }
  if (!leaf.nullable) throw invalidBatch(leaf.name, 'null in a required column', flags.indexOf(0));
  return { rows, present, flags };
}

export function isNullSlice(slice: ColumnSlice): boolean {
  return 'values' in slice && slice.values === null;
}
