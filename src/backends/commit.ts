import type { Field, SegmentLayout } from '../buffer/layout.ts';
import type { Views } from '../buffer/segment.ts';
import type { TablePlan } from '../schema/plan.ts';

/** Rows `from` to `to` (not included) of one segment, as views into shared memory: valid until the write returns. */
export interface Slice {
  readonly plan: TablePlan;
  readonly layout: SegmentLayout;
  readonly views: Views;
  readonly from: number;
  readonly to: number;
  /** Id of row `from`; the rows behind it have the ids behind it. */
  readonly firstId: number;
  /** Turns an encoded JSON value at a byte of the segment into JSON text. */
  readonly jsonText: (at: number) => string;
}

/** The rows of one table in a commit, in the order in which they were appended. */
export interface TableRows {
  /** The newest plan of the table; earlier slices may have fewer columns. */
  readonly plan: TablePlan;
  readonly rows: number;
  readonly slices: readonly Slice[];
}

/**
 * A consistent cut of all tables: whole units only, parents before children. While `open` is true the unit that is
 * larger than the memory goes on in the next commit, and nothing of it may become visible yet.
 */
export interface Commit {
  readonly number: number;
  readonly open: boolean;
  readonly tables: readonly TableRows[];
}

/** A stored value as JavaScript sees it: `bigint` for the 64-bit kinds, text for JSON, null where not valid. */
export type StoredValue = number | bigint | string | boolean | Uint8Array | null;

/** Reads flat column `column` of row `row` (counted in the segment). Bytes and arrays are copies. */
export function readValue(slice: Slice, column: number, row: number): StoredValue {
  const field = slice.layout.fields[column]!;
  const { views } = slice;
  if (field.valid >= 0 && views.U8[field.valid + row] === 0) return null;
  const { kind, labels } = slice.plan.columns[column]!;
  const at = field.start + row * field.width;
  switch (kind) {
    case 'utf8':
      return text(views, views.U32[at]!, views.U32[at + 1]!);
    case 'json':
      return slice.jsonText(views.U32[at]!);
    case 'bytes':
      return views.U8.slice(views.U32[at]!, views.U32[at]! + views.U32[at + 1]!);
    case 'array':
      return arrayBytes(views, field, row);
    case 'bool':
      return views.U8[at] === 1;
    case 'enum':
      return labels![views[field.view as 'U8'][at]!]!;
    default:
      return views[field.view][at]!;
  }
}

/** The elements of an array column as little-endian bytes. */
function arrayBytes(views: Views, field: Field, row: number): Uint8Array {
  const view = views[field.view];
  const size = view.BYTES_PER_ELEMENT;
  const start = (field.start + row * field.width) * size;
  return views.U8.slice(start, start + field.width * size);
}

/** A byte order mark at the start of a text is part of it. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** UTF-8 text of a segment. Short ASCII text, the usual case, is read byte by byte, which is twice as fast. */
export function text(views: Views, start: number, length: number): string {
  if (length <= 24) {
    let ascii = '';
    for (let i = start; i < start + length; i++) {
      const code = views.U8[i]!;
      if (code > 127) return decoder.decode(views.U8.subarray(start, start + length));
      ascii += String.fromCharCode(code);
    }
    return ascii;
  }
  return decoder.decode(views.U8.subarray(start, start + length));
}

/** A row as an object, for messages. */
export function describeRow(slice: Slice, row: number): Record<string, unknown> {
  const { id, columns } = slice.plan;
  const described: Record<string, unknown> = id === null ? {} : { [id]: slice.firstId + row - slice.from };
  for (const [index, column] of columns.entries()) described[column.name] = readValue(slice, index, row);
  return described;
}
