import type { StoredColumn } from '../../schema/plan.ts';
import type { EncodingName } from './codes.ts';

/** One column of a file. A table's stored columns can be handed over as they are. */
export interface ParquetColumn
  extends Pick<StoredColumn, 'name' | 'kind' | 'nullable' | 'labels' | 'element' | 'length'> {
  /** How values are laid out; by default what {@link defaultEncoding} says. */
  readonly encoding?: EncodingName;
}

/** The typed arrays that hold numbers, codes and booleans. */
export type NumberArray =
  | Float64Array
  | Float32Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

interface SliceBase {
  readonly rows: number;
  /** One byte a row, 0 where it is null; absent where no row is. What a null row's value holds does not matter. */
  readonly validity?: Uint8Array | undefined;
}

/**
 * One value a row, `length` for an `array`, in the typed array of the kind: `Uint8Array` for bool (0 or not),
 * `Uint8Array` or `Uint16Array` codes for an enum, `BigInt64Array` for a timestamp, `Float64Array` or
 * `BigInt64Array` for a ref.
 */
export interface NumberSlice extends SliceBase {
  readonly values: NumberArray;
}

/** Text or bytes as they stand in memory: start and byte length of each row, in turn. Text is UTF-8. */
export interface SpanSlice extends SliceBase {
  readonly bytes: Uint8Array;
  readonly spans: Uint32Array;
}

/** Text or bytes one behind the other: row r stands from `offsets[r]` to `offsets[r + 1]`. Text is UTF-8. */
export interface OffsetSlice extends SliceBase {
  readonly bytes: Uint8Array;
  readonly offsets: Uint32Array;
}

/** Text or bytes as JavaScript values. */
export interface ValueSlice extends SliceBase {
  readonly values: readonly (string | Uint8Array | null | undefined)[];
}

/** Rows that are all null, as those before a column appeared. */
export interface NullSlice {
  readonly rows: number;
  readonly values: null;
  readonly validity?: undefined;
}

/** A stretch of one column, as views: nothing of it is kept when the call that took it returns. */
export type ColumnSlice = NumberSlice | SpanSlice | OffsetSlice | ValueSlice | NullSlice;

/** The rows of one row group: for each column of the file, in order, slices that add up to `rows`. */
export interface Batch {
  readonly rows: number;
  readonly columns: readonly (readonly ColumnSlice[])[];
}
