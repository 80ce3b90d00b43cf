import { ARRAYS, elementBytes, type ViewName } from '../../buffer/layout.ts';
import type { Batch, ColumnSlice } from '../../formats/parquet/index.ts';

/** Where a column stands in the one buffer of a builder. */
export interface ColumnPlace {
  readonly view: ViewName;
  /** Elements of a row. */
  readonly width: number;
  /** Byte of row 0. */
  readonly start: number;
  /** Byte of row 0's validity, or -1. */
  readonly valid: number;
  /** Text and bytes, which stand elsewhere. */
  readonly text: TextImage | null;
}

/** Values one behind the other: value r stands from `offsets[r]` to `offsets[r + 1]`. */
export interface TextImage {
  readonly bytes: Uint8Array;
  readonly offsets: Uint32Array;
}

/** The first rows of a builder. Plain data, over memory that threads may share. */
export interface RowImage {
  readonly rows: number;
  readonly bytes: Uint8Array;
  readonly columns: readonly ColumnPlace[];
}

/** Rows `from` to `to` of a column as a view. */
export function columnSlice(bytes: Uint8Array, place: ColumnPlace, from: number, to: number): ColumnSlice {
  const { view, width, start, valid, text } = place;
  const rows = to - from;
  const validity = valid < 0 ? undefined : bytes.subarray(valid + from, valid + to);
  if (text !== null) {
    return { rows, validity, bytes: text.bytes, offsets: text.offsets.subarray(from, to + 1) };
  }
  const values = new ARRAYS[view](bytes.buffer, start + from * width * elementBytes(view), rows * width);
  return { rows, values, validity };
}

/** All rows as views. */
export function imageBatch({ rows, bytes, columns }: RowImage): Batch {
  return { rows, columns: columns.map((place) => [columnSlice(bytes, place, 0, rows)]) };
}
