import type { ColumnData } from '../../read/reader.ts';

const FIRST_BYTES = 64 * 1024;
const encoder = new TextEncoder();

/** Texts and bytes of a batch, one behind another, as they stand behind the columns of an image. */
export class Arena {
  readonly #start: number;
  #bytes = new Uint8Array(FIRST_BYTES);
  #used = 0;

  /** @param start byte of the image at which it stands */
  constructor(start: number) {
    this.#start = start;
  }

  get bytes(): number {
    return this.#used;
  }

  get content(): Uint8Array {
    return this.#bytes.subarray(0, this.#used);
  }

  /** @returns start in the image and byte length of each value, in turn; zeros for null */
  add({ values }: ColumnData): Uint32Array {
    const spans = new Uint32Array(2 * values.length);
    for (let row = 0; row < values.length; row++) {
      const value = values[row] as string | Uint8Array | null;
      if (value === null) continue;
      const start = this.#used;
      if (typeof value === 'string') this.#text(value);
      else this.#raw(value);
      spans[2 * row] = this.#start + start;
      spans[2 * row + 1] = this.#used - start;
    }
    return spans;
  }

  #text(value: string): void {
    // No UTF-16 unit takes more than three bytes of UTF-8.
    this.#reserve(3 * value.length);
    this.#used += encoder.encodeInto(value, this.#bytes.subarray(this.#used)).written;
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
