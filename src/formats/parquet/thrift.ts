import { ByteBuffer } from './byte-buffer.ts';

/** Type numbers of fields and list elements. Source: Thrift compact protocol, "Struct encoding", "List and Set". */
const TRUE = 1;
const FALSE = 2;
const I8 = 3;
const I16 = 4;
const I32 = 5;
const I64 = 6;
const BINARY = 8;
const LIST = 9;
const STRUCT = 12;

const encoder = new TextEncoder();

/** The buffer of the struct that was finished last: a small file has dozens of structs. */
let spare: ByteBuffer | null = null;

/**
 * Writes one struct in Thrift's compact protocol. Fields are given in ascending order of their ids; integers are
 * JavaScript numbers, which hold every count and offset of a file. Source: Thrift, `thrift-compact-protocol.md`.
 */
export class ThriftWriter {
  readonly #out: ByteBuffer;
  #lastId = 0;

  constructor() {
    this.#out = spare ?? new ByteBuffer(4096);
    this.#out.length = 0;
    spare = null;
  }

  bool(id: number, value: boolean): void {
    this.#field(id, value ? TRUE : FALSE);
  }

  i8(id: number, value: number): void {
    this.#field(id, I8);
    this.#out.byte(value);
  }

  i16(id: number, value: number): void {
    this.#field(id, I16);
    this.#zigzag(value);
  }

  i32(id: number, value: number): void {
    this.#field(id, I32);
    this.#zigzag(value);
  }

  i64(id: number, value: number): void {
    this.#field(id, I64);
    this.#zigzag(value);
  }

  binary(id: number, value: Uint8Array): void {
    this.#field(id, BINARY);
    this.#bytes(value);
  }

  string(id: number, value: string): void {
    this.binary(id, encoder.encode(value));
  }

  /** A nested struct, or the member of a union; without fields where `write` is left out. */
  struct(id: number, write?: () => void): void {
    this.#field(id, STRUCT);
    this.#body(write);
  }

  structs<T>(id: number, items: readonly T[], write: (item: T, index: number) => void): void {
    this.#list(id, STRUCT, items.length);
    for (const [index, item] of items.entries()) this.#body(() => write(item, index));
  }

  bools(id: number, items: readonly boolean[]): void {
    // The protocol's text says element type 2, its implementations write 1; readers take both.
    this.#list(id, TRUE, items.length);
    for (const item of items) this.#out.byte(item ? TRUE : FALSE);
  }

  i32s(id: number, items: readonly number[]): void {
    this.#list(id, I32, items.length);
    for (const item of items) this.#zigzag(item);
  }

  i64s(id: number, items: readonly number[]): void {
    this.#list(id, I64, items.length);
    for (const item of items) this.#zigzag(item);
  }

  binaries(id: number, items: readonly Uint8Array[]): void {
    this.#list(id, BINARY, items.length);
    for (const item of items) this.#bytes(item);
  }

  strings(id: number, items: readonly string[]): void {
    this.binaries(
      id,
      items.map((item) => encoder.encode(item)),
    );
  }

  /** Ends the outermost struct. */
  finish(): Uint8Array {
    this.#out.byte(0);
    const bytes = this.#out.view().slice();
    spare = this.#out;
    return bytes;
  }

  #field(id: number, type: number): void {
    const step = id - this.#lastId;
    if (step > 0 && step < 16) {
      this.#out.byte((step << 4) | type);
    } else {
      this.#out.byte(type);
      this.#zigzag(id);
    }
    this.#lastId = id;
  }

  #body(write: (() => void) | undefined): void {
    const outer = this.#lastId;
    this.#lastId = 0;
    write?.();
    this.#out.byte(0);
    this.#lastId = outer;
  }

  #list(id: number, type: number, size: number): void {
    this.#field(id, LIST);
    if (size < 15) {
      this.#out.byte((size << 4) | type);
    } else {
      this.#out.byte(0xf0 | type);
      this.#out.varint(size);
    }
  }

  #bytes(value: Uint8Array): void {
    this.#out.varint(value.length);
    this.#out.append(value);
  }

  #zigzag(value: number): void {
    this.#out.varint(value < 0 ? -2 * value - 1 : 2 * value);
  }
}
