import { show } from '../../../errors.ts';
import { ByteBuffer } from '../byte-buffer.ts';
import type { ColumnSlice, OffsetSlice, SpanSlice, ValueSlice } from '../column.ts';
import type { Leaf } from '../leaf.ts';
import { invalidBatch } from './invalid.ts';
import { isNullSlice, sliceFlags, type Validity } from './validity.ts';

/** Text or bytes without the nulls: value i stands from `offsets[i]` to `offsets[i + 1]`. */
export interface BytesValues {
  readonly form: 'bytes';
  readonly count: number;
  readonly data: Uint8Array;
  readonly offsets: Uint32Array;
}

/** Pages count their bytes in signed 32-bit integers; one column of one row group stays well below. */
const MAX_BYTES = 2 ** 30;
/** Up to here a loop is faster than `set` or `encodeInto`. */
const SHORT = 24;

const encoder = new TextEncoder();

/** Joins the slices of a text or bytes column. */
export function gatherBytes(leaf: Leaf, slices: readonly ColumnSlice[], validity: Validity): BytesValues {
  const offsets = new Uint32Array(validity.present + 1);
  const data = new ByteBuffer(Math.min(1024, validity.present * 16));
  let count = 0;
  for (const slice of slices) {
    if (slice.rows === 0 || isNullSlice(slice)) continue;
    if ('bytes' in slice) count = joinRanges(leaf, slice, data, offsets, count);
    else count = joinValues(leaf, slice as ValueSlice, data, offsets, count);
  }
  return { form: 'bytes', count, data: data.view(), offsets };
}

function refuseTooMany(leaf: Leaf, bytes: number): void {
  if (bytes > MAX_BYTES)
    throw invalidBatch(leaf.name, 'more than 1 GiB in one row group; write smaller ones');
}

/** Where the values of a slice stand in its bytes: from `starts[2 * r]` on, or up to `starts[r + 1]`. */
function rangesOf(
  leaf: Leaf,
  slice: SpanSlice | OffsetSlice,
): readonly [starts: Uint32Array, spans: boolean] {
  const spans = 'spans' in slice;
  const starts = spans ? slice.spans : slice.offsets;
  if (starts.length !== (spans ? 2 * slice.rows : slice.rows + 1)) {
    const what = spans ? 'numbers for the spans' : 'offsets for the values';
    throw invalidBatch(leaf.name, `${starts.length} ${what} of ${slice.rows} rows`);
  }
  return [starts, spans];
}

function joinRanges(
  leaf: Leaf,
  slice: SpanSlice | OffsetSlice,
  data: ByteBuffer,
  offsets: Uint32Array,
  first: number,
): number {
  const { bytes } = slice;
  const flags = sliceFlags(slice);
  const [starts, spans] = rangesOf(leaf, slice);
  let count = first;
  for (let row = 0; row < slice.rows; row++) {
    if (flags !== null && flags[row] === 0) continue;
    const start = starts[spans ? 2 * row : row]!;
    const end = spans ? start + starts[2 * row + 1]! : starts[row + 1]!;
    if (end > bytes.length || start > end) {
      throw invalidBatch(leaf.name, `bytes ${start} to ${end} of ${bytes.length}`, row);
    }
    data.reserve(end - start);
    const target = data.bytes;
    let at = data.length;
    if (end - start > SHORT) {
      target.set(bytes.subarray(start, end), at);
      at += end - start;
    } else {
      for (let i = start; i < end; i++) target[at++] = bytes[i]!;
    }
    data.length = at;
    refuseTooMany(leaf, at);
    offsets[++count] = at;
  }
  return count;
}

function joinValues(
  leaf: Leaf,
  slice: ValueSlice,
  data: ByteBuffer,
  offsets: Uint32Array,
  first: number,
): number {
  const { values, rows } = slice;
  if (!Array.isArray(values) || values.length !== rows) {
    throw invalidBatch(leaf.name, `${leaf.kind} takes spans, offsets or ${rows} values, not ${show(values)}`);
  }
  const flags = sliceFlags(slice);
  let count = first;
  for (const [row, value] of values.entries()) {
    if (flags !== null && flags[row] === 0) continue;
    if (typeof value === 'string' && leaf.kind !== 'bytes') appendText(leaf, value, row, data);
    else if (value instanceof Uint8Array) data.append(value);
    else throw invalidBatch(leaf.name, `${leaf.kind} does not take ${show(value)}`, row);
    refuseTooMany(leaf, data.length);
    offsets[++count] = data.length;
  }
  return count;
}

function appendText(leaf: Leaf, text: string, row: number, data: ByteBuffer): void {
  data.reserve(text.length * 3);
  if (text.length <= SHORT && appendAscii(text, data)) return;
  if (!text.isWellFormed()) {
    throw invalidBatch(leaf.name, `${show(text)} has a lone surrogate, which UTF-8 cannot hold`, row);
  }
  data.length += encoder.encodeInto(text, data.bytes.subarray(data.length)).written;
}

function appendAscii(text: string, data: ByteBuffer): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) return false;
    data.bytes[data.length + i] = code;
  }
  data.length += text.length;
  return true;
}
