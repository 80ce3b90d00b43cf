import type { CodecName } from './codec.ts';
import type { BOUNDARY, EncodingName } from './codes.ts';
import type { Statistics } from './statistics/stored.ts';

/** Where a data page stands. */
export interface PageLocation {
  /** From the start of the column chunk. */
  readonly offset: number;
  /** With its header. */
  readonly size: number;
  /** Counted in the row group. */
  readonly firstRow: number;
}

/** Bounds of all data pages of a chunk; page i is entry i of each list. */
export interface ColumnIndex {
  readonly nullPages: readonly boolean[];
  readonly min: readonly Uint8Array[];
  readonly max: readonly Uint8Array[];
  readonly order: keyof typeof BOUNDARY;
  readonly nulls: readonly number[];
  /** Only of floats. */
  readonly nans: readonly number[] | null;
}

/** What a file says of a column chunk. Plain data, and without a place in the file. */
export interface ChunkMeta {
  readonly codec: CodecName | 'none';
  readonly encoding: EncodingName;
  /** Values with the nulls, each element of a list by itself. */
  readonly slots: number;
  /** Bytes of all pages with their headers. */
  readonly compressed: number;
  readonly uncompressed: number;
  /** Bytes of the dictionary page, which comes first; 0 without one. */
  readonly dictionarySize: number;
  readonly pages: readonly PageLocation[];
  readonly statistics: Statistics;
  /** Null where the specification forbids one, or where bounds are turned off. */
  readonly index: ColumnIndex | null;
}

/** A row group that can stand anywhere in a file. Plain data: it may have been encoded on another thread. */
export interface EncodedRowGroup {
  readonly rows: number;
  /** Whether the first column is one of ids, which rise from row to row. */
  readonly sorted: boolean;
  /** The bytes, in order. */
  readonly chunks: readonly Uint8Array[];
  readonly columns: readonly ChunkMeta[];
}

/** A row group in a file. */
export interface PlacedRowGroup extends Omit<EncodedRowGroup, 'chunks'> {
  /** Byte of the file at which it begins. */
  readonly offset: number;
}
