import { fstatSync, readSync } from 'node:fs';

/**
 * The start of a collection of the global heap, in which texts and byte strings stand: signature and version. Three bytes
 * that are reserved follow, which the library passes over. Source: HDF5 File Format Specification Version 3.0, III.E.
 */
const START = Uint8Array.of(0x47, 0x43, 0x4f, 0x4c, 1);
const HEADER = 16;
/** What a collection has at the least. */
const LEAST = 4096;
const PIECE = 2 ** 20;

/**
 * Whether the collections that begin in some bytes of a file can be gone through. The HDF5 library goes round in circles
 * where an object's size, which it takes for a number of 32 bits, leads back to the object itself.
 *
 * @param position of the bytes in the file
 */
export function areHeapsWhole(file: number, bytes: Uint8Array, position: number): boolean {
  const block = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = block.indexOf(START); at >= 0; at = block.indexOf(START, at + START.length)) {
    if (!isWhole(file, position + at)) return false;
  }
  return true;
}

function isWhole(file: number, start: number): boolean {
  const header = read(file, start, HEADER);
  if (header.length < HEADER) return true;
  const size = Number(header.readBigUInt64LE(8));
  // The library refuses both, and numbers that look like a collection are none.
  if (size < LEAST || size > fstatSync(file).size - start) return true;
  // In one piece, except what holds a long value.
  let block = read(file, start, Math.min(size, PIECE));
  let blockAt = 0;
  for (let at = HEADER; at + HEADER <= size; ) {
    if (at + HEADER > blockAt + block.length) {
      block = read(file, start + at, Math.min(size - at, PIECE));
      blockAt = at;
    }
    // The file was cut meanwhile.
    if (block.length < HEADER) return true;
    const object = Number(block.readBigUInt64LE(at - blockAt + 8));
    // Object 0 is the space that is left, its own header included.
    const isFree = block.readUInt16LE(at - blockAt) === 0;
    const bytes = isFree ? object : HEADER + 8 * Math.ceil(object / 8);
    if (bytes === 0 || bytes > size - at) return false;
    at += bytes;
  }
  return true;
}

/** Bytes of a file, fewer where it ends. */
function read(file: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(file, bytes, 0, length, position));
}
