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
  const data = new ByteBuffer(1024);
  let count = 0;
  for (const slice of slices) {
    if (slice.rows === 0 || isNullSlice(slice)) continue;
    const flags = sliceFlags(slice);
    const copy = copierOf(leaf, slice, data);
    for (let row = 0; row < slice.rows; row++) {
      if (flags !== null && flags[row] === 0) continue;
      copy(row);
      if (data.length > MAX_BYTES) {
        throw invalidBatch(leaf.name, 'more than 1 GiB in one row group; write smaller ones', row);
      }
      offsets[++count] = data.length;
    }
  }
  return { form: 'bytes', count, data: data.view(), offsets };
}

/** What appends the value of a row to `data`. */
function copierOf(leaf: Leaf, slice: ColumnSlice, data: ByteBuffer): (row: number) => void {
  if ('spans' in slice) return spanCopier(leaf, slice, data);
  if ('offsets' in slice) return offsetCopier(leaf, slice, data);
  const { values } = slice as ValueSlice;
  if (!Array.isArray(values) || values.length !== slice.rows) {
    throw invalidBatch(
      leaf.name,
      `${leaf.kind} takes spans, offsets or ${slice.rows} values, not ${show(values)}`,
    );
  }
  return (row) => {
    const value = (values as ValueSlice['values'])[row];
    if (typeof value === 'string' && leaf.kind !== 'bytes') appendText(leaf, value, row, data);
    else if (value instanceof Uint8Array) data.append(value);
    else throw invalidBatch(leaf.name, `${leaf.kind} does not take ${show(value)}`, row);
  };
}

function spanCopier(leaf: Leaf, slice: SpanSlice, data: ByteBuffer): (row: number) => void {
  const { bytes, spans } = slice;
  if (spans.length !== 2 * slice.rows) {
    throw invalidBatch(leaf.name, `${spans.length} numbers for the spans of ${slice.rows} rows`);
  }
  return (row) => appendRange(leaf, bytes, spans[2 * row]!, spans[2 * row]! + spans[2 * row + 1]!, row, data);
}

function offsetCopier(leaf: Leaf, slice: OffsetSlice, data: ByteBuffer): (row: number) => void {
  const { bytes, offsets } = slice;
  if (offsets.length !== slice.rows + 1) {
    throw invalidBatch(leaf.name, `${offsets.length} offsets for ${slice.rows} rows`);
  }
  return (row) => appendRange(leaf, bytes, offsets[row]!, offsets[row + 1]!, row, data);
}

function appendRange(
  leaf: Leaf,
  bytes: Uint8Array,
  start: number,
  end: number,
  row: number,
  data: ByteBuffer,
): void {
  if (end > bytes.length || start > end) {
    throw invalidBatch(leaf.name, `bytes ${start} to ${end} of ${bytes.length}`, row);
  }
  if (end - start > SHORT) {
    data.append(bytes.subarray(start, end));
    return;
  }
  data.reserve(SHORT);
  for (let i = start; i < end; i++) data.bytes[data.length++] = bytes[i]!;
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
