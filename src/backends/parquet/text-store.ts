import type { Field } from '../../buffer/layout.ts';
import type { StoredKind } from '../../schema/plan.ts';
import type { Slice } from '../commit.ts';
import type { Memory } from './memory.ts';
import type { TextImage } from './row-image.ts';

/** Up to here a loop is faster than `set` or `encodeInto`. */
const SHORT = 24;
const MIN_ROWS = 16;
const MIN_BYTES = 256;

const encoder = new TextEncoder();

/** Text or bytes of a column, one value behind the other. A null is an empty value. */
export class TextStore {
  readonly #memory: Memory;
  #bytes: Uint8Array;
  /** Where each value ends; the first entry is the start of the first, 0. */
  #offsets: Uint32Array;
  #length = 0;
  #rows = 0;

  constructor(memory: Memory) {
    this.#memory = memory;
    this.#bytes = memory.allocate(0);
    this.#offsets = new Uint32Array(1);
  }

  /** Bytes of the values and of where they end. */
  get length(): number {
    return this.#length + this.#rows * 4;
  }

  /** Bytes of memory that it holds. */
  get allocated(): number {
    return this.#bytes.length + (this.#offsets.length - 1) * 4;
  }

  get image(): TextImage {
    return { bytes: this.#bytes, offsets: this.#offsets };
  }

  /** Copies the values of rows `from` to `to`; room for the rows was reserved. */
  append(slice: Slice, field: Field, kind: StoredKind, from: number, to: number): void {
    for (let row = from; row < to; row++) this.#append(slice, field, kind, row);
  }

  /** The same of single rows. */
  appendRows(slice: Slice, field: Field, kind: StoredKind, rows: Int32Array): void {
    for (let i = 0; i < rows.length; i++) this.#append(slice, field, kind, rows[i]!);
  }

  appendNulls(count: number): void {
    this.#offsets.fill(this.#length, this.#rows + 1, this.#rows + 1 + count);
    this.#rows += count;
  }

  /** Copies the values of another store from row `from` on; room for the rows was reserved. */
  appendFrom(other: TextStore, from: number): void {
    const first = other.#offsets[from]!;
    this.#room(other.#length - first);
    this.#bytes.set(other.#bytes.subarray(first, other.#length), this.#length);
    const shift = this.#length - first;
    for (let row = from; row < other.#rows; row++) {
      this.#offsets[++this.#rows] = other.#offsets[row + 1]! + shift;
    }
    this.#length += other.#length - first;
  }

  reserve(more: number): void {
    const needed = this.#rows + more + 1;
    if (needed <= this.#offsets.length) return;
    const grown = this.#allocateOffsets(Math.max(needed, this.#offsets.length * 2, MIN_ROWS));
    grown.set(this.#offsets.subarray(0, this.#rows + 1));
    this.#memory.used += (grown.length - this.#offsets.length) * 4;
    this.#offsets = grown;
  }

  truncate(rows: number): void {
    this.#rows = rows;
    this.#length = this.#offsets[rows]!;
  }

  drop(rows: number): void {
    const first = this.#offsets[rows]!;
    this.#bytes.copyWithin(0, first, this.#length);
    for (let row = rows; row <= this.#rows; row++) this.#offsets[row - rows] = this.#offsets[row]! - first;
    this.#rows -= rows;
    this.#length -= first;
  }

  release(): void {
    this.#memory.used -= this.allocated;
    this.#bytes = this.#memory.allocate(0);
    this.#offsets = new Uint32Array(1);
    this.#rows = 0;
    this.#length = 0;
  }

  #append({ views, jsonText }: Slice, { start, valid }: Field, kind: StoredKind, row: number): void {
    const { U8, U32 } = views;
    if (valid < 0 || U8[valid + row] === 1) {
      const at = start + row * 2;
      if (kind === 'json') this.#text(jsonText(U32[at]!));
      else this.#copy(U8, U32[at]!, U32[at + 1]!);
    }
    this.#offsets[++this.#rows] = this.#length;
  }

  #copy(source: Uint8Array, start: number, length: number): void {
    this.#room(length);
    const bytes = this.#bytes;
    if (length > SHORT) bytes.set(source.subarray(start, start + length), this.#length);
    else for (let i = 0; i < length; i++) bytes[this.#length + i] = source[start + i]!;
    this.#length += length;
  }

  #text(text: string): void {
    this.#room(text.length * 3);
    const written = text.length <= SHORT ? this.#ascii(text) : -1;
    this.#length +=
      written >= 0 ? written : encoder.encodeInto(text, this.#bytes.subarray(this.#length)).written;
  }

  /** Bytes of a text that is ASCII, or -1. */
  #ascii(text: string): number {
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 127) return -1;
      this.#bytes[this.#length + i] = code;
    }
    return text.length;
  }

  #room(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const grown = this.#memory.allocate(Math.max(needed, this.#bytes.length * 2, MIN_BYTES));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#memory.used += grown.length - this.#bytes.length;
    this.#bytes = grown;
  }

  #allocateOffsets(count: number): Uint32Array {
    return new Uint32Array(this.#memory.allocate(count * 4).buffer);
  }
}
