/** What a page's header says that a check needs. Source: `parquet.thrift`, `PageHeader`. */
export interface PageHeader {
  /** Bytes of the header itself, and of the page behind it. */
  readonly headerBytes: number;
  readonly pageBytes: number;
  /** Bytes of the page once it is decompressed, and the values that it says to have. */
  readonly plainBytes: number;
  readonly values: number;
  readonly isDictionary: boolean;
  /** CRC-32 of the page as it stands in the file, or null where it has none. */
  readonly crc: number | null;
}

/** Types of the compact protocol (thrift-compact-protocol.md, "Field type"). */
const STOP = 0;
const TRUE = 1;
const FALSE = 2;
const BYTE = 3;
const DOUBLE = 7;
const BINARY = 8;
const LIST = 9;
const SET = 10;
const MAP = 11;
const STRUCT = 12;

const TYPE = 1;
const PLAIN_SIZE = 2;
const COMPRESSED_SIZE = 3;
const CRC = 4;
/** `DataPageHeader`, `DictionaryPageHeader`, `DataPageHeaderV2`; the first field of each is its number of values. */
const HEADERS = [5, 7, 8];
const NUMBER_OF_VALUES = 1;
const DICTIONARY_PAGE = 2;
/** Deeper than any struct is nested. */
const MAX_DEPTH = 16;

/** Reads the header at a byte. Throws where there is none. */
export function readPageHeader(bytes: Uint8Array, at: number): PageHeader {
  const reader = new CompactReader(bytes, at);
  const fields = new Map<number, number>();
  let values = 0;
  reader.struct(
    (id, value) => fields.set(id, value),
    (within, id, value) => {
      if (HEADERS.includes(within) && id === NUMBER_OF_VALUES) values = value;
    },
  );
  const pageBytes = fields.get(COMPRESSED_SIZE) ?? -1;
  const plainBytes = fields.get(PLAIN_SIZE) ?? -1;
  if (pageBytes < 0 || plainBytes < 0 || values < 0) throw new Error('a page header is not readable');
  const crc = fields.get(CRC);
  return {
    headerBytes: reader.at - at,
    pageBytes,
    plainBytes,
    values,
    isDictionary: fields.get(TYPE) === DICTIONARY_PAGE,
    crc: crc === undefined ? null : crc >>> 0,
  };
}

/**
 * Goes through a struct that hyparquet is going to read. Throws where it cannot be gone through: a number that goes on
 * and on would keep hyparquet busy for minutes.
 */
export function checkStruct(bytes: Uint8Array): void {
  new CompactReader(bytes, 0).struct(() => {});
}

/** Reads the integers of a struct and of structs in it, and passes over everything else. */
class CompactReader {
  at: number;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  /** @param onInner is given the integers of structs in it, and which field these are */
  struct(
    onInteger: (id: number, value: number) => void,
    onInner: (within: number, id: number, value: number) => void = () => {},
    depth = 0,
  ): void {
    if (depth > MAX_DEPTH) throw new Error('a struct is nested too deeply');
    for (let id = 0; ; ) {
      const head = this.#byte();
      const type = head & 15;
      if (type === STOP) return;
      id = head >> 4 === 0 ? this.#integer() : id + (head >> 4);
      if (type > BYTE && type < DOUBLE) onInteger(id, this.#integer());
      else if (type === STRUCT) {
        const within = id;
        this.struct((inner, value) => onInner(within, inner, value), undefined, depth + 1);
      } else if (type !== TRUE && type !== FALSE) this.#skip(type, depth);
    }
  }

  #skip(type: number, depth: number): void {
    switch (type) {
      case TRUE:
      case FALSE:
      case BYTE:
        this.#byte();
        return;
      case DOUBLE:
        this.at += 8;
        return;
      case BINARY: {
        const length = this.#varint();
        this.at += length;
        return;
      }
      case LIST:
      case SET: {
        const head = this.#byte();
        const size = head >> 4 === 15 ? this.#varint() : head >> 4;
        this.#skipAll(size, () => this.#skip(head & 15, depth + 1));
        return;
      }
      case MAP: {
        const size = this.#varint();
        if (size === 0) return;
        const types = this.#byte();
        this.#skipAll(size, () => {
          this.#skip(types >> 4, depth + 1);
          this.#skip(types & 15, depth + 1);
        });
        return;
      }
      case STRUCT:
        this.struct(() => {}, undefined, depth + 1);
        return;
      default:
        if (type > DOUBLE) throw new Error('a struct has a field of an unknown type');
        this.#varint();
    }
  }

  #skipAll(size: number, skip: () => void): void {
    // Every element takes a byte at least.
    if (size > this.#bytes.length) throw new Error('a struct has a list that is too long');
    for (let i = 0; i < size; i++) skip();
  }

  /** A zigzag integer of up to 32 bits. */
  #integer(): number {
    const value = this.#varint();
    return (value >>> 1) ^ -(value & 1);
  }

  #varint(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#byte();
      if (shift < 32) value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
    throw new Error('a struct has a number that does not end');
  }

  #byte(): number {
    const byte = this.#bytes[this.at++];
    if (byte === undefined) throw new Error('a struct ends too soon');
    return byte;
  }
}
