import { crc32 } from 'node:zlib';

/**
 * The journal: what has been committed and stands in no finished file yet. Segment files `journal-00000001.log`, each
 * a header (segment-header.ts) and records one behind another. All numbers are little-endian; everything starts on a
 * multiple of eight bytes, counted from the start of the file.
 *
 * A record:
 *
 * | byte | type | |
 * |---|---|---|
 * | 0 | u32 | `SJR1` |
 * | 4 | u8 | type: 1 plan, 2 rows, 3 abandon |
 * | 5 | u8 | flags: 1 = the commit goes on in the next record of this number |
 * | 6 | u16 | 0 |
 * | 8 | u64 | bytes of the payload, a multiple of eight |
 * | 16 | u64 | number of the commit; of a plan: its own number |
 * | 24 | u64 | byte of the file at which the record stands |
 * | 32 | u32 | which part of its commit, from 0 on |
 * | 36 | u32 | CRC-32 of the bytes before, so that a length is trusted before it is followed |
 * | 40 | | payload |
 * | +0 | u32 | CRC-32 of header and payload |
 * | +4 | u32 | 0 |
 *
 * Both checksums go on from that of the segment's header, which holds a random number, and the record says where it
 * stands: bytes of another segment, or of a journal that was itself recorded as a value, never pass for a record.
 */
export const RECORD_HEADER_BYTES = 40;
export const RECORD_TRAILER_BYTES = 8;
/** `SJR1` as it stands in the file. */
export const RECORD_MAGIC: Uint8Array = Uint8Array.of(0x53, 0x4a, 0x52, 0x31);
const MAGIC_WORD = 0x31524a53;

export const RECORD_PLAN = 1;
export const RECORD_ROWS = 2;
export const RECORD_ABANDON = 3;
const FLAG_OPEN = 1;

export interface RecordHeader {
  readonly type: number;
  /** Whether the commit goes on in a later record. */
  readonly open: boolean;
  /** Bytes of the payload. */
  readonly length: number;
  readonly number: number;
  /** Byte of the file at which the record stands. */
  readonly position: number;
  readonly part: number;
}

/** Bytes of a whole record. */
export function recordBytes({ length }: Pick<RecordHeader, 'length'>): number {
  return RECORD_HEADER_BYTES + length + RECORD_TRAILER_BYTES;
}

/** The next multiple of eight. */
export function aligned(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}

/** Writes a record's header at the start of `target`. `seed` is the checksum of the segment's header. */
export function writeRecordHeader(target: Uint8Array, header: RecordHeader, seed: number): void {
  const data = new DataView(target.buffer, target.byteOffset, RECORD_HEADER_BYTES);
  data.setUint32(0, MAGIC_WORD, true);
  data.setUint8(4, header.type);
  data.setUint8(5, header.open ? FLAG_OPEN : 0);
  data.setUint16(6, 0, true);
  writeCount(data, 8, header.length);
  writeCount(data, 16, header.number);
  writeCount(data, 24, header.position);
  data.setUint32(32, header.part, true);
  data.setUint32(36, crc32(target.subarray(0, 36), seed), true);
}

/** The header that stands at `position` of a segment, or null where these bytes are none. */
export function readRecordHeader(bytes: Uint8Array, position: number, seed: number): RecordHeader | null {
  if (bytes.length < RECORD_HEADER_BYTES) return null;
  const data = new DataView(bytes.buffer, bytes.byteOffset, RECORD_HEADER_BYTES);
  if (data.getUint32(0, true) !== MAGIC_WORD) return null;
  if (data.getUint32(36, true) !== crc32(bytes.subarray(0, 36), seed)) return null;
  const header = {
    type: data.getUint8(4),
    open: data.getUint8(5) === FLAG_OPEN,
    length: readCount(data, 8),
    number: readCount(data, 16),
    position: readCount(data, 24),
    part: data.getUint32(32, true),
  };
  const counts = [header.length, header.number, header.position].every(Number.isSafeInteger);
  return counts && header.length % 8 === 0 && header.position === position ? header : null;
}

/** A count below 2^53 as a u64, without a bigint. */
export function writeCount(data: DataView, at: number, count: number): void {
  data.setUint32(at, count % 2 ** 32, true);
  data.setUint32(at + 4, Math.floor(count / 2 ** 32), true);
}

/** A u64 as a number; one that is no safe integer means damage. */
export function readCount(data: DataView, at: number): number {
  return data.getUint32(at + 4, true) * 2 ** 32 + data.getUint32(at, true);
}

/** Name of the segment with a number from 1 on. */
export function segmentName(number: number): string {
  return `journal-${String(number).padStart(8, '0')}.log`;
}

/** The number of a segment's file, or null for any other file. */
export function segmentNumber(name: string): number | null {
  const digits = name.match(/^journal-(\d{8,15})\.log$/)?.[1];
  return digits === undefined ? null : Number(digits);
}
