import { crc32 } from 'node:zlib';
import { lookup3 } from '../../../src/formats/hdf5/lookup3.ts';
import { RECORD_HEADER_BYTES, RECORD_TRAILER_BYTES } from '../../../src/journal/format.ts';
import { segmentHeaderSeed, sizeSegmentHeader } from '../../../src/journal/segment-header.ts';

/**
 * Makes checksums right again that a format has, so that readers look at what stands behind them.
 * @param whole the file as it was; sizes are taken from there
 * @returns whether the format has any
 */
export function fixChecksums(name: string, whole: Buffer, bytes: Buffer): boolean {
  if (name.endsWith('.log')) return fixJournal(whole, bytes);
  if (name.endsWith('.h5')) return fixHdf5(whole, bytes);
  return false;
}

function fixJournal(whole: Buffer, bytes: Buffer): boolean {
  const size = sizeSegmentHeader(whole);
  if (size === null) return false;
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 20)), 20);
  const end = size.bytes - 8;
  bytes.writeUInt32LE(crc32(bytes.subarray(0, end)), end);
  const seed = segmentHeaderSeed(bytes.subarray(0, size.bytes));
  if (seed === null) return false;
  for (let at = size.bytes; at + RECORD_HEADER_BYTES < whole.length; ) {
    const length = Number(whole.readBigUInt64LE(at + 8));
    const trailer = at + RECORD_HEADER_BYTES + length;
    if (trailer + RECORD_TRAILER_BYTES > whole.length) break;
    bytes.writeUInt32LE(crc32(bytes.subarray(at, at + 36), seed), at + 36);
    bytes.writeUInt32LE(crc32(bytes.subarray(at, trailer), seed), trailer);
    at = trailer + RECORD_TRAILER_BYTES;
  }
  return true;
}

/** Superblock and object headers. Source: HDF5 File Format Specification Version 3.0, II.A and IV.A.1.b. */
function fixHdf5(whole: Buffer, bytes: Buffer): boolean {
  bytes.writeUInt32LE(lookup3(bytes.subarray(0, 44)), 44);
  for (let at = whole.indexOf('OHDR'); at >= 0; at = whole.indexOf('OHDR', at + 4)) {
    const flags = whole[at + 5]!;
    const sizeAt = at + 6 + ((flags & 0b10000) === 0 ? 0 : 4) + ((flags & 0b100000) === 0 ? 0 : 16);
    const sizeBytes = 2 ** (flags & 3);
    if (sizeAt + sizeBytes > whole.length || sizeBytes > 4) continue;
    const end = sizeAt + sizeBytes + whole.readUIntLE(sizeAt, sizeBytes);
    if (end + 4 > whole.length) continue;
    bytes.writeUInt32LE(lookup3(bytes.subarray(at, end)), end);
  }
  return true;
}
