import type { StoredColumn } from '../schema/plan.ts';
import { SEGMENT_HEADER_BYTES } from './words.ts';

/** Which typed array a flat column is stored through. */
export type ViewName = 'F64' | 'F32' | 'I8' | 'U8' | 'I16' | 'U16' | 'I32' | 'U32' | 'I64' | 'U64';

/** Where one flat column stands in a segment. Offsets count elements of its view, from the segment's start. */
export interface Field {
  readonly view: ViewName;
  /** Element of row 0; row r is `width` elements on. */
  readonly start: number;
  /** Elements a row: the length of an array, 2 (offset, byte length) for text and bytes, else 1. */
  readonly width: number;
  /** Byte of row 0's validity (1 = valid), or -1 for a column that is never null. */
  readonly valid: number;
  /** Whether the value itself stands in the arena. */
  readonly inArena: boolean;
}

/** The shape of every segment of a table: columns one after another, then an arena for text and bytes. */
export interface SegmentLayout {
  readonly rows: number;
  readonly fields: readonly Field[];
  /** First byte of the arena. */
  readonly arena: number;
  /** Bytes of an ordinary arena; a segment for an oversized value has a larger one. */
  readonly arenaBytes: number;
}

type NumberView =
  | Float64Array
  | Float32Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

interface ViewConstructor {
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): NumberView;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): NumberView;
}

/** The typed array of each view. */
export const ARRAYS: Readonly<Record<ViewName, ViewConstructor>> = {
  F64: Float64Array,
  F32: Float32Array,
  I8: Int8Array,
  U8: Uint8Array,
  I16: Int16Array,
  U16: Uint16Array,
  I32: Int32Array,
  U32: Uint32Array,
  I64: BigInt64Array,
  U64: BigUint64Array,
};

/** Bytes of an element. */
export function elementBytes(view: ViewName): number {
  return ARRAYS[view].BYTES_PER_ELEMENT;
}

/** Smaller ones change too often, larger ones leave the cache: figures in docs/decisions.md. */
const SEGMENT_BYTES = 128 * 1024;
const MAX_ROWS = 4096;
const MIN_ROWS = 8;
const ARENA_BYTES_PER_VALUE = 48;
const MIN_ARENA = 4096;

/** Which typed array holds a column; of text and bytes their places in the arena. */
export function viewOf(column: Pick<StoredColumn, 'kind' | 'element' | 'labels'>): ViewName {
  switch (column.kind) {
    case 'f64':
    case 'ref':
      return 'F64';
    case 'f32':
      return 'F32';
    case 'bool':
      return 'U8';
    case 'i64':
    case 'timestamp':
      return 'I64';
    case 'utf8':
    case 'json':
    case 'bytes':
      return 'U32';
    case 'enum':
      return column.labels!.length <= 256 ? 'U8' : 'U16';
    case 'array':
      return viewOf({ kind: column.element! });
    default:
      return column.kind.toUpperCase() as ViewName;
  }
}

/** Whether values of a kind stand in the arena, and in the column only where. */
export function isInArena({ kind }: Pick<StoredColumn, 'kind'>): boolean {
  return kind === 'utf8' || kind === 'json' || kind === 'bytes';
}

/** Elements a row of a column, as in {@link Field.width}. */
export function widthOf(column: Pick<StoredColumn, 'kind' | 'length'>): number {
  return isInArena(column) ? 2 : (column.length ?? 1);
}

/** Works out the shape of a table's segments. The same columns give the same layout on every thread. */
export function layoutOf(columns: readonly StoredColumn[]): SegmentLayout {
  const rowBytes = columns.reduce(
    (sum, column) => sum + widthOf(column) * elementBytes(viewOf(column)) + (column.nullable ? 1 : 0),
    0,
  );
  // A multiple of eight rows keeps every column on an eight-byte boundary.
  const rows = Math.min(MAX_ROWS, Math.max(MIN_ROWS, Math.floor(SEGMENT_BYTES / rowBytes / 8) * 8));
  const fields: Field[] = [];
  let offset = SEGMENT_HEADER_BYTES;
  for (const column of columns) {
    const view = viewOf(column);
    const width = widthOf(column);
    const start = offset / elementBytes(view);
    offset += rows * width * elementBytes(view);
    const valid = column.nullable ? offset : -1;
    if (column.nullable) offset += rows;
    fields.push({ view, start, width, valid, inArena: isInArena(column) });
  }
  const values = columns.filter(isInArena).length;
  const wanted = Math.max(MIN_ARENA, rows * values * ARENA_BYTES_PER_VALUE);
  return { rows, fields, arena: offset, arenaBytes: values === 0 ? 0 : Math.min(wanted, 2 * SEGMENT_BYTES) };
}
