import type { GlobalHeap } from '../global-heap.ts';
import { type Hdf5Type, isInHeap } from '../types.ts';
import type { RowData, SpanRows, ValueRows } from './row-data.ts';

const encoder = new TextEncoder();
const EMPTY = new Uint8Array(0);

/** What a chunk is made of. */
export interface ChunkShape {
  readonly dtype: Hdf5Type;
  readonly elementSize: number;
  /** Elements of a row. */
  readonly perRow: number;
  /** What an element is that was not given; null for zeros. */
  readonly fill: Uint8Array | null;
}

/** The rows of the chunk that is being filled. Grows as needed up to `capacity` rows. */
export class ChunkBuffer {
  readonly #shape: ChunkShape;
  readonly #rowBytes: number;
  readonly #capacity: number;
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #view = new DataView(this.#bytes.buffer);
  rows = 0;

  constructor(shape: ChunkShape, capacity: number) {
    this.#shape = shape;
    this.#capacity = capacity;
    this.#rowBytes = shape.elementSize * shape.perRow;
  }

  get isFull(): boolean {
    return this.rows === this.#capacity;
  }

  get free(): number {
    return this.#capacity - this.rows;
  }

  /** Copies rows `from` to `from + rows` of `data`; those whose `validity` is 0 become fill values. */
  copy(data: RowData, from: number, rows: number, validity: Uint8Array | null, heap: GlobalHeap): void {
    const { perRow, dtype } = this.#shape;
    const start = this.#reserve(rows);
    if (ArrayBuffer.isView(data)) {
      const bytes = new Uint8Array(
        data.buffer,
        data.byteOffset + from * this.#rowBytes,
        rows * this.#rowBytes,
      );
      this.#bytes.set(bytes, start);
      if (dtype === 'bool') this.#toBooleans(start, rows * perRow);
    } else if (isInHeap(dtype)) {
      this.#store(data as SpanRows | ValueRows, from * perRow, rows * perRow, start, heap);
    } else {
      this.#inline(data as SpanRows | ValueRows, from * perRow, rows * perRow, start);
    }
    if (validity !== null) this.#clear(validity, from, rows, start);
    this.rows += rows;
  }

  /** Copies rows whose parts stand in an array each. */
  interleave(
    parts: readonly ArrayLike<number>[],
    from: number,
    rows: number,
    validity: Uint8Array | null,
  ): void {
    const start = this.#reserve(rows);
    // Copied as words or bytes: a NaN that passes through a JavaScript number may lose its payload.
    const unit = this.#shape.elementSize % 4 === 0 ? 4 : this.#shape.elementSize;
    const each = this.#shape.elementSize / unit;
    const target = wordsOf(this.#bytes, unit, start, rows * this.#rowBytes);
    for (const [part, values] of parts.entries()) {
      const view = values as unknown as Uint8Array;
      const source = wordsOf(view, unit, from * this.#shape.elementSize, rows * this.#shape.elementSize);
      const step = parts.length * each;
      for (let word = 0; word < each; word++) {
        for (let i = word, at = part * each + word; i < source.length; i += each, at += step)
          target[at] = source[i]!;
      }
    }
    if (validity !== null) this.#clear(validity, from, rows, start);
    this.rows += rows;
  }

  /** Adds rows of fill values. */
  fill(rows: number): void {
    const start = this.#reserve(rows);
    this.#fill(start, start + rows * this.#rowBytes);
    this.rows += rows;
  }

  /** The first `rows` rows; those that were not given are fill values. Valid until the next change. */
  view(rows: number): Uint8Array {
    const length = this.rows * this.#rowBytes;
    this.#grow(rows * this.#rowBytes);
    this.#fill(length, rows * this.#rowBytes);
    return this.#bytes.subarray(0, rows * this.#rowBytes);
  }

  /** Takes over rows that were stored before. */
  restore(bytes: Uint8Array, rows: number): void {
    this.#grow(rows * this.#rowBytes);
    this.#bytes.set(bytes.subarray(0, rows * this.#rowBytes));
    this.rows = rows;
  }

  clear(): void {
    this.rows = 0;
  }

  /** @returns the byte where the next row goes. */
  #reserve(rows: number): number {
    this.#grow((this.rows + rows) * this.#rowBytes);
    return this.rows * this.#rowBytes;
  }

  #grow(needed: number): void {
    if (needed <= this.#bytes.length) return;
    const whole = this.#capacity * this.#rowBytes;
    const grown = new Uint8Array(
      Math.min(Math.max(needed, this.#bytes.length * 2, 1024), Math.max(whole, needed)),
    );
    grown.set(this.#bytes.subarray(0, this.rows * this.#rowBytes));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }

  #fill(start: number, end: number): void {
    const { fill } = this.#shape;
    this.#bytes.fill(0, start, end);
    if (fill === null) return;
    for (let at = start; at < end; at += fill.length) this.#bytes.set(fill, at);
  }

  #clear(validity: Uint8Array, from: number, rows: number, start: number): void {
    for (let row = 0; row < rows; row++) {
      if (validity[from + row] !== 0) continue;
      this.#fill(start + row * this.#rowBytes, start + (row + 1) * this.#rowBytes);
    }
  }

  #toBooleans(start: number, count: number): void {
    for (let i = start; i < start + count; i++) this.#bytes[i] = this.#bytes[i] === 0 ? 0 : 1;
  }

  #store(data: SpanRows | ValueRows, from: number, count: number, start: number, heap: GlobalHeap): void {
    for (let i = 0; i < count; i++) {
      const at = start + i * 16;
      if ('spans' in data) {
        const begin = data.spans[2 * (from + i)]!;
        heap.put(data.bytes, begin, begin + data.spans[2 * (from + i) + 1]!, this.#view, at);
        continue;
      }
      const value = data[from + i];
      if (value === null || value === undefined) {
        // No address: a missing value, which reads as an empty one.
        this.#bytes.fill(0, at, at + 16);
        continue;
      }
      const bytes = typeof value === 'string' ? (value === '' ? EMPTY : encoder.encode(value)) : value;
      heap.put(bytes, 0, bytes.length, this.#view, at);
    }
  }

  #inline(data: SpanRows | ValueRows, from: number, count: number, start: number): void {
    const { elementSize } = this.#shape;
    for (let i = 0; i < count; i++) {
      const at = start + i * elementSize;
      this.#bytes.fill(0, at, at + elementSize);
      if ('spans' in data) {
        const begin = data.spans[2 * (from + i)]!;
        this.#bytes.set(data.bytes.subarray(begin, begin + data.spans[2 * (from + i) + 1]!), at);
        continue;
      }
      const value = data[from + i] ?? EMPTY;
      if (typeof value === 'string') encoder.encodeInto(value, this.#bytes.subarray(at, at + elementSize));
      else this.#bytes.set(value, at);
    }
  }
}

function wordsOf(
  view: Uint8Array,
  unit: number,
  offset: number,
  length: number,
): Int32Array | Uint16Array | Uint8Array {
  const start = view.byteOffset + offset;
  if (unit === 4) return new Int32Array(view.buffer, start, length / 4);
  return unit === 2
    ? new Uint16Array(view.buffer, start, length / 2)
    : new Uint8Array(view.buffer, start, length);
}
