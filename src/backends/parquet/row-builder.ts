import { elementBytes, isInArena, viewOf } from '../../buffer/layout.ts';
import type { Batch, ColumnSlice } from '../../formats/parquet/index.ts';
import type { StoredColumn } from '../../schema/plan.ts';
import type { Slice } from '../commit.ts';
import { copyElements } from '../files/copy-elements.ts';
import { NO_FIELD, ROW_ID } from '../files/plans.ts';
import type { Memory } from './memory.ts';
import { type ColumnPlace, columnSlice, imageBatch, type RowImage } from './row-image.ts';
import { TextStore } from './text-store.ts';

/** For each column of a builder, the field of a slice that fills it, {@link NO_FIELD} or {@link ROW_ID}. */
export type Sources = readonly number[];

const MIN_ROWS = 16;
/** Rows that one slice has at the most, as a rule: a full row group may be exceeded by so many. */
const SLICE_ROWS = 4096;
/** A multiple of this many rows keeps every column on an eight-byte boundary. */
const ROW_STEP = 8;

interface Place extends Omit<ColumnPlace, 'text'> {
  readonly column: StoredColumn;
  /** Bytes of a row in the buffer, 0 of text. */
  readonly size: number;
  readonly text: TextStore | null;
  start: number;
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
  #bytes!: Uint8Array;
  #words!: Uint32Array;
  #doubles!: Float64Array;
  #capacity = 0;
  #rows = 0;

  /** @param groupRows rows of a full row group: at that size it stops growing ahead of its rows */
  constructor(columns: readonly StoredColumn[], memory: Memory, groupRows: number) {
    this.#memory = memory;
    this.#fullRows = groupRows + SLICE_ROWS;
    this.#places = columns.map((column) => placeOf(column, memory));
    this.#setBytes(memory.allocate(0));
  }

  /** How many columns it has. */
  get columns(): number {
    return this.#places.length;
  }

  get rows(): number {
    return this.#rows;
  }

  /** Bytes of the rows that it holds. */
  get bytes(): number {
    const texts = this.#places.reduce((sum, { text }) => sum + (text?.length ?? 0), 0);
    return this.#rows * this.#rowBytes() + texts;
  }

  /** Bytes of memory that it holds. */
  get allocated(): number {
    return this.#bytes.length + this.#places.reduce((sum, { text }) => sum + (text?.allocated ?? 0), 0);
  }

  /** Bytes of memory that it needs beside what it holds to take so many rows. */
  needs(more: number): number {
    const needed = this.#rows + more;
    return needed <= this.#capacity ? 0 : this.#capacityFor(needed) * this.#rowBytes();
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
        const first = field.start * elementBytes(place.view) + from * size;
        this.#bytes.set(source.subarray(first, first + count * size), place.start + row * size);
      }
      if (place.valid < 0) continue;
      const target = place.valid + row;
      if (field.valid < 0) this.#bytes.fill(1, target, target + count);
      else this.#bytes.set(source.subarray(field.valid + from, field.valid + to), target);
    }
    this.#rows += count;
  }

  /** Copies single rows of a slice, which is faster than ranges where those would be short. */
  appendRows(slice: Slice, sources: Sources, rows: Int32Array): void {
    const row = this.#rows;
    this.#reserve(rows.length);
    const { U8, U32 } = slice.views;
    for (let c = 0; c < sources.length; c++) {
      const place = this.#places[c]!;
      const index = sources[c]!;
      if (index < 0) {
        for (let i = 0; i < rows.length; i++) this.#fill(place, index, slice, rows[i]!, row + i, 1);
        continue;
      }
      const field = slice.layout.fields[index]!;
      const { size, text, valid } = place;
      const first = field.start * elementBytes(place.view);
      const target = place.start + row * size;
      if (text !== null) text.appendRows(slice, field, place.column.kind, rows);
      // Words where rows are such: a view for each row has its price.
      else if (size % 4 === 0) copyElements(U32, first / 4, this.#words, target / 4, size / 4, rows);
      else copyElements(U8, first, this.#bytes, target, size, rows);
      if (valid < 0) continue;
      if (field.valid < 0) this.#bytes.fill(1, valid + row, valid + row + rows.length);
      else copyElements(U8, field.valid, this.#bytes, valid + row, 1, rows);
    }
    this.#rows += rows.length;
  }

  /** Makes room for as many rows as another builder has room for. */
  growLike(other: RowBuilder): void {
    if (this.#capacity < other.#capacity) this.#grow(other.#capacity);
  }

  /** Copies the rows of another builder of the same columns from row `from` on. */
  appendFrom(other: RowBuilder, from: number): void {
    const count = other.#rows - from;
    const row = this.#rows;
    this.#reserve(count);
    for (const [c, { start, size, valid, text }] of this.#places.entries()) {
      const source = other.#places[c]!;
      const copy = (target: number, first: number, bytes: number) =>
        this.#bytes.set(other.#bytes.subarray(first, first + bytes), target);
      if (text !== null) text.appendFrom(source.text!, from);
      else copy(start + row * size, source.start + from * size, count * size);
      if (valid >= 0) copy(valid + row, source.valid + from, count);
    }
    this.#rows += count;
  }

  /** Forgets the rows behind the first `rows`. */
  truncate(rows: number): void {
    this.#rows = rows;
    for (const { text } of this.#places) text?.truncate(rows);
  }

  /** Forgets the first `rows` rows. */
  drop(rows: number): void {
    for (const { start, size, valid, text } of this.#places) {
      if (text === null) this.#bytes.copyWithin(start, start + rows * size, start + this.#rows * size);
      else text.drop(rows);
      if (valid >= 0) this.#bytes.copyWithin(valid, valid + rows, valid + this.#rows);
    }
    this.#rows -= rows;
  }

  /** Gives the memory of an empty builder back. */
  release(): void {
    this.#memory.used -= this.#bytes.length;
    this.#setBytes(this.#memory.allocate(0));
    this.#capacity = 0;
    for (const { text } of this.#places) text?.release();
  }

  /** Adds columns, which are null in the rows so far. */
  widen(columns: readonly StoredColumn[]): void {
    const wide = new RowBuilder(columns, this.#memory, this.#fullRows - SLICE_ROWS);
    const rows = this.#rows;
    for (const place of wide.#places.slice(this.#places.length)) place.text?.reserve(rows);
    for (const place of wide.#places.slice(this.#places.length)) place.text?.appendNulls(rows);
    const own = this.#places.map((place, c) => ({ ...wide.#places[c]!, text: place.text }));
    wide.#places.splice(0, own.length, ...own);
    wide.#grow(rows);
    for (const [c, { start, size, valid }] of this.#places.entries()) {
      const place = wide.#places[c]!;
      wide.#bytes.set(this.#bytes.subarray(start, start + rows * size), place.start);
      if (valid >= 0) wide.#bytes.set(this.#bytes.subarray(valid, valid + rows), place.valid);
    }
    this.#memory.used -= this.#bytes.length;
    this.#places.splice(0, this.#places.length, ...wide.#places);
    this.#setBytes(wide.#bytes);
    this.#capacity = wide.#capacity;
  }

  /** Rows of one column as a view, valid until the builder changes. */
  slice(column: number, from: number, to: number): ColumnSlice {
    return columnSlice(this.#bytes, this.#imageOf(this.#places[column]!), from, to);
  }

  /** The first rows as views, valid until the builder changes. */
  batch(rows: number): Batch {
    return imageBatch(this.image(rows));
  }

  /** The same as plain data, for another thread. */
  image(rows: number): RowImage {
    return { rows, bytes: this.#bytes, columns: this.#places.map((place) => this.#imageOf(place)) };
  }

  #imageOf({ view, width, start, valid, text }: Place): ColumnPlace {
    return { view, width, start, valid, text: text === null ? null : text.image };
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

  /** Bytes of a row in the one buffer. */
  #rowBytes(): number {
    return this.#places.reduce((sum, { size, valid }) => sum + size + (valid < 0 ? 0 : 1), 0);
  }

  #capacityFor(needed: number): number {
    const ahead = Math.min(this.#capacity * 2, this.#fullRows);
    return Math.ceil(Math.max(needed, ahead, MIN_ROWS) / ROW_STEP) * ROW_STEP;
  }

  #reserve(more: number): void {
    for (const { text } of this.#places) text?.reserve(more);
    if (this.#rows + more > this.#capacity) this.#grow(this.#rows + more);
  }

  #grow(needed: number): void {
    const capacity = this.#capacityFor(needed);
    const grown = this.#memory.allocate(capacity * this.#rowBytes());
    let at = 0;
    for (const place of this.#places) {
      const { start, size, valid } = place;
      grown.set(this.#bytes.subarray(start, start + this.#rows * size), at);
      place.start = at;
      at += capacity * size;
      if (valid < 0) continue;
      grown.set(this.#bytes.subarray(valid, valid + this.#rows), at);
      place.valid = at;
      at += capacity;
    }
    this.#memory.used += grown.length - this.#bytes.length;
    this.#setBytes(grown);
    this.#capacity = capacity;
  }

  #setBytes(bytes: Uint8Array): void {
    this.#bytes = bytes;
    this.#words = new Uint32Array(bytes.buffer, 0, bytes.length >> 2);
    this.#doubles = new Float64Array(bytes.buffer, 0, bytes.length >> 3);
  }
}

function placeOf(column: StoredColumn, memory: Memory): Place {
  const isText = isInArena(column);
  const view = viewOf(column);
  const width = column.length ?? 1;
  const size = isText ? 0 : width * elementBytes(view);
  const text = isText ? new TextStore(memory) : null;
  return { column, view, width, size, text, start: 0, valid: column.nullable ? 0 : -1 };
}
