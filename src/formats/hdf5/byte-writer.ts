import { lookup3 } from './lookup3.ts';

/** The "undefined address" of the specification: all bits set. Source: I.A, "undefined address". */
export const UNDEFINED = -1;

const encoder = new TextEncoder();

/** Little-endian bytes that grow at the end. Addresses and lengths of the file take 8 bytes each. */
export class ByteWriter {
  #bytes: Uint8Array;
  #view: DataView;
  length = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  u8(value: number): this {
    this.#reserve(1);
    this.#bytes[this.length++] = value;
    return this;
  }

  u16(value: number): this {
    this.#reserve(2);
    this.#view.setUint16(this.length, value, true);
    this.length += 2;
    return this;
  }

  u32(value: number): this {
    this.#reserve(4);
    this.#view.setUint32(this.length, value, true);
    this.length += 4;
    return this;
  }

  /** An address, a length or a count up to 2^53, or {@link UNDEFINED}. */
  u64(value: number): this {
    if (value === UNDEFINED) return this.u32(0xffffffff).u32(0xffffffff);
    return this.u32(value % 2 ** 32).u32(Math.floor(value / 2 ** 32));
  }

  /** An unsigned integer of 1 to 8 bytes. */
  uint(value: number, size: number): this {
    let rest = value;
    for (let i = 0; i < size; i++) {
      this.u8(rest % 256);
      rest = Math.floor(rest / 256);
    }
    return this;
  }

  bytes(source: Uint8Array): this {
    this.#reserve(source.length);
    this.#bytes.set(source, this.length);
    this.length += source.length;
    return this;
  }

  text(text: string): this {
    return this.bytes(encoder.encode(text));
  }

  zeros(count: number): this {
    this.#reserve(count);
    this.#bytes.fill(0, this.length, this.length + count);
    this.length += count;
    return this;
  }

  /** Zeros up to a length that is a multiple of 8, counted from `start`. */
  pad8(start = 0): this {
    return this.zeros((8 - ((this.length - start) % 8)) % 8);
  }

  /** The checksum of all bytes so far, as metadata structures end. */
  checksum(): this {
    return this.u32(lookup3(this.#bytes.subarray(0, this.length)));
  }

  /** A copy of the bytes so far. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.length);
  }

  #reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}
