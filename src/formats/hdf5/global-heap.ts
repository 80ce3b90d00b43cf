import type { Storage } from './storage.ts';

/**
 * Bytes of a collection, where no object is larger, and the least that a collection may have. Objects are numbered
 * with 16 bits; of their headers alone, 4,095 fit.
 */
const USUAL = 65536;
const LEAST = 4096;

/** Header of a collection, and of an object. */
const HEADER = 16;

/**
 * The global heap: what has no fixed length, texts and byte strings of datasets and attributes, in collections that
 * are written once and never change. Source: HDF5 File Format Specification Version 3.0, III.E.
 */
export class GlobalHeap {
  readonly #storage: Storage;
  #bytes = new Uint8Array(USUAL);
  #view = new DataView(this.#bytes.buffer);
  #capacity = 0;
  #length = 0;
  #count = 0;
  #address = 0;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** Stores `source[from..to)`, and its ID, 4 bytes of length and 12 of place, in a dataset's element. */
  put(source: Uint8Array, from: number, to: number, element: DataView, at: number): void {
    const size = to - from;
    const needed = HEADER + round8(size);
    if (this.#length + needed > this.#capacity) this.#begin(needed);
    const start = this.#length;
    this.#view.setUint16(start, ++this.#count, true);
    this.#view.setUint16(start + 2, 1, true);
    this.#view.setUint32(start + 8, size % 2 ** 32, true);
    const target = this.#bytes;
    if (size > 64) target.set(source.subarray(from, to), start + HEADER);
    else for (let i = from, at = start + HEADER; i < to; i++, at++) target[at] = source[i]!;
    this.#length += needed;
    element.setUint32(at, size, true);
    element.setUint32(at + 4, this.#address % 2 ** 32, true);
    element.setUint32(at + 8, Math.floor(this.#address / 2 ** 32), true);
    element.setUint32(at + 12, this.#count, true);
  }

  /** Writes the collection that is being filled. The next object begins another. */
  flush(): void {
    if (this.#capacity === 0) return;
    const size = Math.max(LEAST, this.#length);
    this.#view.setUint32(8, size, true);
    // Object 0 is the free space, where there is enough for its header.
    if (size - this.#length >= HEADER) this.#view.setUint32(this.#length + 8, size - this.#length, true);
    this.#storage.space.giveBack(this.#address + size, this.#capacity - size);
    this.#storage.output.write(this.#address, this.#bytes.subarray(0, size));
    this.#capacity = 0;
    this.#length = 0;
  }

  #begin(needed: number): void {
    this.flush();
    const capacity = Math.max(USUAL, HEADER + needed);
    if (this.#bytes.length !== capacity) {
      this.#bytes = new Uint8Array(capacity);
      this.#view = new DataView(this.#bytes.buffer);
    } else {
      this.#bytes.fill(0);
    }
    this.#capacity = capacity;
    this.#address = this.#storage.space.allocate(capacity);
    this.#count = 0;
    this.#bytes.set([0x47, 0x43, 0x4f, 0x4c, 1]);
    this.#length = HEADER;
  }
}

function round8(size: number): number {
  return Math.ceil(size / 8) * 8;
}
