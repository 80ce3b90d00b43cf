import { crc32 } from 'node:zlib';
import type { Sink } from './encode.ts';
import { RECORD_HEADER_BYTES, RECORD_TRAILER_BYTES, type RecordHeader, writeRecordHeader } from './format.ts';

const SHORT = 48;

/** Collects records in one buffer, and hands it on when it is full or asked to. A record may be larger than it. */
export class RecordSink implements Sink {
  readonly #buffer: Uint8Array;
  readonly #data: DataView;
  readonly #write: (bytes: Uint8Array) => void;
  #used = 0;
  /** Where the bytes begin that are not in the checksum yet. */
  #summed = 0;
  #sum = 0;

  /** @param write takes all of the bytes, or throws */
  constructor(bytes: number, write: (bytes: Uint8Array) => void) {
    this.#buffer = new Uint8Array(bytes);
    this.#data = new DataView(this.#buffer.buffer);
    this.#write = write;
  }

  /** Bytes of memory that it holds. */
  get memory(): number {
    return this.#buffer.length;
  }

  /** Bytes that were not handed on. */
  get used(): number {
    return this.#used;
  }

  begin(header: RecordHeader, seed: number): void {
    this.#room(RECORD_HEADER_BYTES);
    writeRecordHeader(this.#buffer.subarray(this.#used), header, seed);
    this.#summed = this.#used;
    this.#sum = seed;
    this.#used += RECORD_HEADER_BYTES;
  }

  copy(source: Uint8Array, start: number, length: number): void {
    let from = start;
    let left = length;
    while (left > 0) {
      if (this.#used === this.#buffer.length) this.flush();
      const bytes = Math.min(left, this.#buffer.length - this.#used);
      // Columns of a few rows: a loop costs less than making a view.
      if (bytes <= SHORT) for (let i = 0; i < bytes; i++) this.#buffer[this.#used + i] = source[from + i]!;
      else this.#buffer.set(source.subarray(from, from + bytes), this.#used);
      this.#used += bytes;
      from += bytes;
      left -= bytes;
    }
  }

  /** Records and the buffer are multiples of eight bytes, so there is room. */
  align(): void {
    while (this.#used % 8 !== 0) this.#buffer[this.#used++] = 0;
  }

  end(): void {
    this.#room(RECORD_TRAILER_BYTES);
    this.#addUp();
    this.#data.setUint32(this.#used, this.#sum, true);
    this.#data.setUint32(this.#used + 4, 0, true);
    this.#used += RECORD_TRAILER_BYTES;
    this.#summed = this.#used;
  }

  flush(): void {
    if (this.#used === 0) return;
    this.#addUp();
    this.#write(this.#buffer.subarray(0, this.#used));
    this.#used = 0;
    this.#summed = 0;
  }

  /** Forgets what was not handed on. */
  clear(): void {
    this.#used = 0;
    this.#summed = 0;
  }

  #room(bytes: number): void {
    if (this.#used + bytes > this.#buffer.length) this.flush();
  }

  #addUp(): void {
    if (this.#summed < this.#used) {
      this.#sum = crc32(this.#buffer.subarray(this.#summed, this.#used), this.#sum);
    }
    this.#summed = this.#used;
  }
}
