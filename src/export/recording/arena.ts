import { TAG_RAW } from '../../buffer/tags.ts';
import type { ColumnData } from '../../read/reader.ts';

const FIRST_BYTES = 64 * 1024;
/** Tag and length in front of JSON text. */
const JSON_HEAD = 5;
const encoder = new TextEncoder();

/** Texts, JSON and bytes of a batch, one behind another, as they stand behind the columns of an image. */
export class Arena {
  #bytes = new Uint8Array(FIRST_BYTES);
  #used = 0;

  get bytes(): number {
    return this.#used;
  }

  get content(): Uint8Array {
    return this.#bytes.subarray(0, this.#used);
  }

  /** @returns start and byte length of each value, in turn; zeros for null */
  add({ column, values }: ColumnData): Uint32Array {
    const spans = new Uint32Array(2 * values.length);
    const isJson = column.kind === 'json';
    for (let row = 0; row < values.length; row++) {
      const value = values[row] as string | Uint8Array | null;
      if (value === null) continue;
      const start = this.#used;
      if (typeof value === 'string') this.#text(value, isJson);
      else this.#raw(value);
      spans[2 * row] = start;
      spans[2 * row + 1] = this.#used - start;
    }
    return spans;
  }

  #text(value: string, isJson: boolean): void {
    const head = isJson ? JSON_HEAD : 0;
    // No UTF-16 unit takes more than three bytes of UTF-8.
    this.#reserve(head + 3 * value.length);
    const at = this.#used + head;
    const { written } = encoder.encodeInto(value, this.#bytes.subarray(at));
    if (isJson) {
      this.#bytes[this.#used] = TAG_RAW;
      new DataView(this.#bytes.buffer).setUint32(this.#used + 1, written, true);
    }
    this.#used = at + written;
  }

  #raw(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#bytes.set(value, this.#used);
    this.#used += value.length;
  }

  #reserve(bytes: number): void {
    if (this.#used + bytes <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(2 * this.#bytes.length, this.#used + bytes));
    grown.set(this.content);
    this.#bytes = grown;
  }
}
