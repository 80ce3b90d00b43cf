import type { ViewName } from '../../buffer/layout.ts';
import { viewOf } from '../../buffer/layout.ts';
import type { Batch, ColumnSlice, NumberArray } from '../../formats/parquet/index.ts';
import type { StoredColumn } from '../../schema/plan.ts';
import type { Slice } from '../commit.ts';
import type { Memory } from './memory.ts';
import { TextStore } from './text-store.ts';

/** Stands for a field of a slice where a column is filled from elsewhere. */
export const NO_FIELD = -1;
export const ROW_ID = -2;

/** For each column of a builder, the field of a slice that fills it, {@link NO_FIELD} or {@link ROW_ID}. */
export type Sources = readonly number[];

const ARRAYS: Record<ViewName, new (buffer: ArrayBuffer, at: number, length: number) => NumberArray> = {
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
const SIZES: Record<ViewName, number> = {
  F64: 8,
  F32: 4,
  I8: 1,
  U8: 1,
  I16: 2,
  U16: 2,
  I32: 4,
  U32: 4,
  I64: 8,
  U64: 8,
};

const MIN_ROWS = 16;
/** Rows that one slice has at the most, as a rule: a full row group may be exceeded by so many. */
const SLICE_ROWS = 4096;
/** A multiple of this many rows keeps every column on an eight-byte boundary. */
const ROW_STEP = 8;

/** Where a column stands in the builder's one buffer. */
interface Place {
  readonly column: StoredColumn;
  readonly view: ViewName;
  readonly width: number;
  /** Bytes of a row; of text, of the end of its value. */
  readonly size: number;
  readonly text: TextStore | null;
  start: number;
  /** Byte of row 0's validity, or -1. */
  valid: number;
}

/**
 * Rows of one file that wait to be encoded, column by column in one buffer that grows. Rows come from slices by bulk
 * copies; what leaves is a batch of views.
 */
export class RowBuilder {
  readonly #memory: Memory;
  readonly #fullRows: number;
  readonly #places: Place[];
  #bytes!: Uint8Array<ArrayBuffer>;
  #words!: Uint32Array;
  #doubles!: Float64Array;
  #capacity = 0;
  #rows = 0;

  /** @param groupRows rows of a full row group: at that size it stops growing ahead of its rows */
  constructor(columns: readonly StoredColumn[], memory: Memory, groupRows: number) {
    this.#memory = memory;
    this.#fullRows = groupRows + SLICE_ROWS;
    this.#places = columns.map((column) => placeOf(column, memory));
    this.#setBytes(new Uint8Array(0));
  }

  get rows(): number {
    return this.#rows;
  }

  /** Bytes of the rows that it holds. */
  get bytes(): number {
    return (
      this.#rows * this.#fixedBytes() + this.#places.reduce((sum, { text }) => sum + (text?.bytes ?? 0), 0)
    );
  }

  /** Bytes of memory that it holds. */
  get allocated(): number {
    return this.#bytes.length + this.#places.reduce((sum, { text }) => sum + (text?.allocated ?? 0), 0);
  }

  /** Copies rows `from` to `to` of a slice. */
  append(slice: Slice, sources: Sources, from: number, to: number): void {
    const count = to - from;
    const row = this.#rows;
    this.#reserve(count);
    const source = slice.views.U8;
    for (let c = 0; c < sources.length; c++) {
      const place = this.#places[c]!;
      const index = sources[c]!;
      if (index < 0) {
        this.#fill(place, index, slice, from, row, count);
        continue;
      }
      const field = slice.layout.fields[index]!;
      if (place.text !== null) {
        place.text.append(slice, field, place.column.kind, from, to);
      } else {
        const { size } = place;
        const first = field.start * (size / place.width) + from * size;
        this.#bytes.set(source.subarray(first, first + count * size), place.start + row * size);
      }
      if (place.valid < 0) continue;
      const target = place.valid + row;
      if (field.valid < 0) this.#bytes.fill(1, target, target + count);
      else this.#bytes.set(source.subarray(field.valid + from, field.valid + to), target);
    }
    this.#rows += count;
  }

  /** Bytes of memory that it needs beside what it holds to take so many rows. */
  needs(more: number): number {
    const needed = this.#rows + more;
    return needed <= this.#capacity ? 0 : this.#capacityFor(needed) * this.#fixedBytes();
  }

  /** Copies single rows of a slice, which is faster than ranges where those would be short. */
  appendRows(slice: Slice, sources: Sources, rows: Int32Array): void {
    const row = this.#rows;
    this.#reserve(rows.length);
    const { U8 } = slice.views;
    for (let c = 0; c < sources.length; c++) {
      const place = this.#places[c]!;
      const index = sources[c]!;
      if (index < 0) {
        for (let i = 0; i < rows.length; i++) this.#fill(place, index, slice, rows[i]!, row + i, 1);
        continue;
      }
      const field = slice.layout.fields[index]!;
      if (place.text !== null) place.text.appendRows(slice, field, place.column.kind, rows);
      else
        this.#copyRows(
          slice,
          field.start * (place.size / place.width),
          place.start + row * place.size,
          place.size,
          rows,
        );
      if (place.valid < 0) continue;
      const target = place.valid + row;
      for (let i = 0; i < rows.length; i++)
        this.#bytes[target + i] = field.valid < 0 ? 1 : U8[field.valid + rows[i]!]!;
    }
    this.#rows += rows.length;
  }

  /** Forgets the rows behind the first `rows`. */
  truncate(rows: number): void {
    this.#rows = rows;
    for (const { text } of this.#places) text?.truncate(rows);
  }

  /** Forgets the first `rows` rows. */
  drop(rows: number): void {
    const left = this.#rows - rows;
    for (const { start, size, valid, text } of this.#places) {
      if (text === null) this.#bytes.copyWithin(start, start + rows * size, start + this.#rows * size);
      else text.drop(rows);
      if (valid >= 0) this.#bytes.copyWithin(valid, valid + rows, valid + this.#rows);
    }
    this.#rows = left;
  }

  /** Gives the memory of an empty builder back. */
  release(): void {
    this.#memory.used -= this.#bytes.length;
    this.#setBytes(new Uint8Array(0));
    this.#capacity = 0;
    for (const { text } of this.#places) text?.release();
  }

  /** Adds columns that are null in the rows so far, and lets others be null from now on. */
  widen(columns: readonly StoredColumn[]): void {
    const rows = this.#rows;
    const wide = new RowBuilder(columns, this.#memory, this.#fullRows - SLICE_ROWS);
    wide.#reserve(rows);
    for (const place of wide.#places) {
      const old = this.#places.find(({ column }) => column.name === place.column.name);
      if (place.text !== null) place.text.take(old?.text ?? null, rows);
      if (old !== undefined && place.text === null) {
        wide.#bytes.set(this.#bytes.subarray(old.start, old.start + rows * old.size), place.start);
      }
      if (place.valid < 0) continue;
      if (old === undefined) wide.#bytes.fill(0, place.valid, place.valid + rows);
      else if (old.valid < 0) wide.#bytes.fill(1, place.valid, place.valid + rows);
      else wide.#bytes.set(this.#bytes.subarray(old.valid, old.valid + rows), place.valid);
    }
    this.release();
    this.#places.splice(0, this.#places.length, ...wide.#places);
    this.#setBytes(wide.#bytes);
    this.#capacity = wide.#capacity;
  }

  /** Rows of one column as a view, valid until the builder changes. */
  slice(column: number, from: number, to: number): ColumnSlice {
    const { view, width, size, start, valid, text } = this.#places[column]!;
    const rows = to - from;
    const validity = valid < 0 ? undefined : this.#bytes.subarray(valid + from, valid + to);
    if (text !== null) return { rows, validity, ...text.view(from, to) };
    const values = new ARRAYS[view](this.#bytes.buffer, start + from * size, rows * width);
    return { rows, values, validity };
  }

  /** The first rows as views, valid until the builder changes. */
  batch(rows: number): Batch {
    return { rows, columns: this.#places.map((_, column) => [this.slice(column, 0, rows)]) };
  }

  /** A column that no field of the slice fills: the generated id, or null. */
  #fill(place: Place, source: number, slice: Slice, from: number, row: number, count: number): void {
    if (source === ROW_ID) {
      const at = place.start / 8 + row;
      const first = slice.firstId + from - slice.from;
      for (let i = 0; i < count; i++) this.#doubles[at + i] = first + i;
      return;
    }
    place.text?.appendNulls(count);
    this.#bytes.fill(0, place.valid + row, place.valid + row + count);
  }

  /** Copies a number column: words where its rows are such, because a view for each row has its price. */
  #copyRows(slice: Slice, first: number, target: number, size: number, rows: Int32Array): void {
    const wide = size % 4 === 0;
    const source = wide ? slice.views.U32 : slice.views.U8;
    const bytes = wide ? this.#words : this.#bytes;
    const unit = wide ? 4 : 1;
    const each = size / unit;
    let to = target / unit;
    for (let i = 0; i < rows.length; i++) {
      const from = first / unit + rows[i]! * each;
      for (let k = 0; k < each; k++) bytes[to++] = source[from + k]!;
    }
  }

  #setBytes(bytes: Uint8Array<ArrayBuffer>): void {
    this.#bytes = bytes;
    this.#words = new Uint32Array(bytes.buffer, 0, bytes.length >> 2);
    this.#doubles = new Float64Array(bytes.buffer, 0, bytes.length >> 3);
  }

  #capacityFor(needed: number): number {
    const ahead = Math.min(this.#capacity * 2, this.#fullRows);
    return Math.ceil(Math.max(needed, ahead, MIN_ROWS) / ROW_STEP) * ROW_STEP;
  }

  /** Bytes of a row in the one buffer. */
  #fixedBytes(): number {
    return this.#places.reduce((sum, { size, valid }) => sum + size + (valid < 0 ? 0 : 1), 0);
  }

  #reserve(more: number): void {
    for (const { text } of this.#places) text?.reserve(more);
    const needed = this.#rows + more;
    if (needed <= this.#capacity) return;
    const capacity = this.#capacityFor(needed);
    const grown = new Uint8Array(capacity * this.#fixedBytes());
    let at = 0;
    for (const place of this.#places) {
      const { start, size, valid } = place;
      if (place.text === null) {
        grown.set(this.#bytes.subarray(start, start + this.#rows * size), at);
        place.start = at;
        at += capacity * size;
      }
      if (valid < 0) continue;
      grown.set(this.#bytes.subarray(valid, valid + this.#rows), at);
      place.valid = at;
      at += capacity;
    }
    this.#memory.used += grown.length - this.#bytes.length;
    this.#setBytes(grown);
    this.#capacity = capacity;
  }
}

function placeOf(column: StoredColumn, memory: Memory): Place {
  const isText = column.kind === 'utf8' || column.kind === 'json' || column.kind === 'bytes';
  const view = viewOf(column);
  const width = column.length ?? 1;
  const size = isText ? 0 : width * SIZES[view];
  return {
    column,
    view,
    width,
    size,
    text: isText ? new TextStore(memory) : null,
    start: 0,
    valid: column.nullable ? 0 : -1,
  };
}
