import type { Field } from '../../buffer/layout.ts';
import type { NumberArray, SpanRows } from '../../formats/hdf5/index.ts';
import type { StoredKind } from '../../schema/plan.ts';
import type { Slice } from '../commit.ts';
import { copyElements } from '../files/copy-elements.ts';

/** Rows of a slice: `from` to `to`, or those listed. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
  readonly rows: Int32Array | null;
}

export function countOf({ from, to, rows }: RowRange): number {
  return rows?.length ?? to - from;
}

const HIGH = 2 ** 32;

/** Elements of a column: a view where the rows stand side by side, else a copy. */
export function elementsOf({ views }: Slice, { view, start, width }: Field, range: RowRange): NumberArray {
  const all = views[view];
  const { from, to, rows } = range;
  if (rows === null) return all.subarray(start + from * width, start + to * width);
  const size = all.BYTES_PER_ELEMENT * width;
  const first = start * all.BYTES_PER_ELEMENT;
  const bytes = new Uint8Array(rows.length * size);
  if (size % 4 === 0) {
    copyElements(views.U32, first / 4, new Uint32Array(bytes.buffer), 0, size / 4, rows);
  } else {
    copyElements(views.U8, first, bytes, 0, size, rows);
  }
  return new (all.constructor as Uint8ArrayConstructor)(bytes.buffer) as NumberArray;
}

/** 1 for each row that has a value; null where all have. */
export function validityIn({ views }: Slice, { valid }: Field, range: RowRange): Uint8Array | null {
  if (valid < 0) return null;
  const { from, to, rows } = range;
  let validity: Uint8Array;
  if (rows === null) {
    validity = views.U8.subarray(valid + from, valid + to);
  } else {
    validity = new Uint8Array(rows.length);
    copyElements(views.U8, valid, validity, 0, 1, rows);
  }
  return validity.indexOf(0) < 0 ? null : validity;
}

/** Ids, which are whole numbers from 0 on in doubles, as 64-bit integers; without making bigints of them. */
export function asIntegers(ids: Float64Array): BigInt64Array {
  const words = new Uint32Array(ids.length * 2);
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]!;
    words[2 * i] = id;
    words[2 * i + 1] = Math.floor(id / HIGH);
  }
  return new BigInt64Array(words.buffer);
}

/** Generated ids of rows. */
export function rowIds({ firstId, from: start }: Slice, range: RowRange): Float64Array {
  const { from, rows } = range;
  const ids = new Float64Array(countOf(range));
  for (let i = 0; i < ids.length; i++) ids[i] = firstId - start + (rows === null ? from + i : rows[i]!);
  return ids;
}

/** Texts or byte strings of rows, packed. */
export interface Packed extends SpanRows {
  /** Rows, counted from the first of them, whose text has U+0000 in it. */
  readonly withZero: readonly number[];
}

const encoder = new TextEncoder();
let scratch = new Uint8Array(2 ** 16);
/** What a long text may have made of the scratch is not kept. */
const MOST_KEPT = 2 ** 22;

/** Copies texts of rows into one piece, a zero behind each: where that ends is found at once. Valid until the next. */
export function packed(slice: Slice, { start, valid }: Field, kind: StoredKind, range: RowRange): Packed {
  const { U8, U32 } = slice.views;
  const { from, rows } = range;
  const count = countOf(range);
  const spans = new Uint32Array(2 * count);
  const withZero: number[] = [];
  if (scratch.length > MOST_KEPT) scratch = new Uint8Array(2 ** 16);
  let end = 0;
  for (let i = 0; i < count; i++) {
    const row = rows === null ? from + i : rows[i]!;
    spans[2 * i] = end;
    if (valid >= 0 && U8[valid + row] === 0) continue;
    const at = U32[start + 2 * row]!;
    const length =
      kind === 'json' ? putText(slice.jsonText(at), end) : putBytes(U8, at, U32[start + 2 * row + 1]!, end);
    if (kind === 'utf8' && hasZero(end, length)) withZero.push(i);
    spans[2 * i + 1] = length;
    end += length;
    scratch[end++] = 0;
  }
  return { bytes: scratch.subarray(0, end), spans, withZero };
}

function putBytes(source: Uint8Array, start: number, length: number, at: number): number {
  reserve(at, length);
  if (length > 24) scratch.set(source.subarray(start, start + length), at);
  else for (let i = 0; i < length; i++) scratch[at + i] = source[start + i]!;
  return length;
}

function putText(text: string, at: number): number {
  reserve(at, text.length * 3);
  return encoder.encodeInto(text, scratch.subarray(at)).written;
}

function hasZero(start: number, length: number): boolean {
  if (length > 24) return scratch.subarray(start, start + length).indexOf(0) >= 0;
  for (let i = start; i < start + length; i++) if (scratch[i] === 0) return true;
  return false;
}

function reserve(used: number, more: number): void {
  const needed = used + more + 1;
  if (needed <= scratch.length) return;
  const grown = new Uint8Array(Math.max(needed, scratch.length * 2));
  grown.set(scratch.subarray(0, used));
  scratch = grown;
}
