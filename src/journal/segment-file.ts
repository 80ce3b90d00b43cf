import { closeSync, fstatSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { openRegular } from '../backends/regular-file.ts';
import { readInto } from '../backends/whole-io.ts';
import {
  RECORD_HEADER_BYTES,
  RECORD_MAGIC,
  RECORD_TRAILER_BYTES,
  type RecordHeader,
  readRecordHeader,
  recordBytes,
} from './format.ts';

export interface JournalRecord {
  readonly header: RecordHeader;
  /** Stands on a multiple of eight bytes of its buffer. */
  readonly payload: Uint8Array;
}

/** Why there is no record at a byte: the file ends in the middle of it, or it is not as it was written. */
export interface Fault {
  readonly fault: 'torn' | 'damaged';
  readonly reason: string;
}

const CHUNK = 256 * 1024;

/** A segment file as it was when it was opened: it may grow, or lose its name, meanwhile. */
export class SegmentFile implements Disposable {
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
  readonly #file: number;

  constructor(path: string, name: string) {
    this.path = path;
    this.name = name;
    this.#file = openRegular(path);
    this.bytes = fstatSync(this.#file).size;
  }

  /** Bytes from `at` on, fewer where the file ends. `target` is used where it is given, and large enough. */
  read(at: number, length: number, target?: Uint8Array): Uint8Array {
    const wanted = Math.max(0, Math.min(length, this.bytes - at));
    const bytes =
      target !== undefined && target.length >= wanted ? target.subarray(0, wanted) : new Uint8Array(wanted);
    return bytes.subarray(0, readInto(this.#file, bytes, at));
  }

  /** The record at a byte. */
  record(at: number, seed: number, target?: Uint8Array): JournalRecord | Fault {
    const left = this.bytes - at;
    if (left < RECORD_HEADER_BYTES) return { fault: 'torn', reason: 'the file ends in a record’s header' };
    const header = readRecordHeader(this.read(at, RECORD_HEADER_BYTES), at, seed);
    if (header === null) return { fault: 'damaged', reason: 'a record’s header is not as it was written' };
    const whole = recordBytes(header);
    if (whole > left) return { fault: 'torn', reason: 'the file ends in the middle of a record' };
    let bytes: Uint8Array;
    try {
      bytes = this.read(at, whole, target);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return { fault: 'damaged', reason: `a record of ${whole} bytes does not fit into memory` };
    }
    const end = bytes.length - RECORD_TRAILER_BYTES;
    const trailer = new DataView(bytes.buffer, bytes.byteOffset + end, RECORD_TRAILER_BYTES);
    const sum = crc32(bytes.subarray(0, end), seed);
    if (bytes.length !== whole || trailer.getUint32(0, true) !== sum || trailer.getUint32(4, true) !== 0) {
      return { fault: 'damaged', reason: 'a record is not as it was written' };
    }
    return { header, payload: bytes.subarray(RECORD_HEADER_BYTES, end) };
  }

  /** Where the next whole record stands behind byte `at`, or null. */
  next(at: number, seed: number): number | null {
    // Made-up headers could claim that records overlap without end: looking for them ends at some time.
    let budget = 4 * this.bytes;
    for (let from = at; from < this.bytes; from += CHUNK - 8) {
      const chunk = Buffer.from(this.read(from, CHUNK).buffer);
      for (
        let found = chunk.indexOf(RECORD_MAGIC);
        found >= 0;
        found = chunk.indexOf(RECORD_MAGIC, found + 1)
      ) {
        const position = from + found;
        if (position % 8 !== 0) continue;
        const header = readRecordHeader(this.read(position, RECORD_HEADER_BYTES), position, seed);
        if (header === null || position + recordBytes(header) > this.bytes) continue;
        if ('payload' in this.record(position, seed)) return position;
        budget -= recordBytes(header);
        if (budget < 0) return null;
      }
    }
    return null;
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }
}
