import type { ByteBuffer } from '../byte-buffer.ts';

/** What the hybrid takes: levels, booleans, codes or indices. */
export type SmallInts = Uint8Array | Uint16Array | Uint32Array;

/** A run as short as this costs no more bytes repeated than packed, and ends on a group's border. */
const MIN_RUN = 8;

/**
 * Values `from` to `to` as runs of repeated and of bit-packed values, without a length in front.
 * Source: Encodings.md, "Run Length Encoding / Bit-Packing Hybrid".
 */
export function encodeHybrid(
  values: SmallInts,
  from: number,
  to: number,
  width: number,
  out: ByteBuffer,
): void {
  if (width === 1) {
    encodeBits(values, from, to, out);
    return;
  }
  let packedFrom = from;
  let i = from;
  while (i < to) {
    const value = values[i];
    let end = i + 1;
    while (end < to && values[end] === value) end++;
    // Packed values come in eights, so a run first fills up the group before it.
    const fill = (packedFrom - i) & 7;
    if (end - i - fill >= MIN_RUN) {
      const start = i + fill;
      writePacked(values, packedFrom, start, width, out);
      writeRepeated(value!, end - start, width, out);
      packedFrom = end;
    }
    i = end;
  }
  writePacked(values, packedFrom, to, width, out);
}

/** `count` times the same value. */
export function writeRepeated(value: number, count: number, width: number, out: ByteBuffer): void {
  out.varint(count * 2);
  for (let shift = 0; shift < width; shift += 8) out.byte(value >>> shift);
}

/** Groups of equal bits that are worth a run of their own between packed groups. */
const MIN_GROUPS = 4;
let bits = new Uint8Array(0);

/** The hybrid of single bits: packed first, then looked through byte by byte, which is several times as fast. */
function encodeBits(values: SmallInts, from: number, to: number, out: ByteBuffer): void {
  const count = to - from;
  if (bits.length < count / 8 + 1) bits = new Uint8Array(Math.ceil(count / 8) + 1);
  const size = packBits(values, from, to, bits, 0);
  // What fills up the last byte repeats the last value, so that a run may end in it.
  const used = count % 8;
  if (used !== 0 && values[to - 1] === 1) bits[size - 1]! |= 0xff << used;
  let packedFrom = 0;
  let i = 0;
  while (i < size) {
    const byte = bits[i]!;
    let end = i + 1;
    if (byte === 0 || byte === 0xff) while (end < size && bits[end] === byte) end++;
    const whole = i === 0 && end === size && (byte === 0 || byte === 0xff);
    if (end - i >= MIN_GROUPS || whole) {
      writeGroups(packedFrom, i, out);
      writeRepeated(byte & 1, Math.min(end * 8, count) - i * 8, 1, out);
      packedFrom = end;
    }
    i = end;
  }
  if (used !== 0) bits[size - 1]! &= 0xff >> (8 - used);
  writeGroups(packedFrom, size, out);
}

/** Packed bits as they stand. */
function writeGroups(from: number, to: number, out: ByteBuffer): void {
  if (from === to) return;
  out.varint((to - from) * 2 + 1);
  out.append(bits.subarray(from, to));
}

/** Values packed from the lowest bit up, the last group of eight filled with zeros. Widths from 2 to 24. */
function writePacked(values: SmallInts, from: number, to: number, width: number, out: ByteBuffer): void {
  if (from === to) return;
  const groups = Math.ceil((to - from) / 8);
  out.varint(groups * 2 + 1);
  const size = groups * width;
  out.reserve(size);
  const { bytes } = out;
  const end = out.length + size;
  let at = out.length;
  let word = 0;
  let used = 0;
  for (let i = from; i < to; i++) {
    word |= values[i]! << used;
    used += width;
    while (used >= 8) {
      bytes[at++] = word;
      word >>>= 8;
      used -= 8;
    }
  }
  if (used > 0) bytes[at++] = word;
  bytes.fill(0, at, end);
  out.length = end;
}

/** Packs single bits: levels and booleans. @returns the byte behind the last. */
export function packBits(
  values: SmallInts,
  from: number,
  to: number,
  bytes: Uint8Array,
  begin: number,
): number {
  let at = begin;
  let i = from;
  for (; i + 8 <= to; i += 8) {
    bytes[at++] =
      values[i]! |
      (values[i + 1]! << 1) |
      (values[i + 2]! << 2) |
      (values[i + 3]! << 3) |
      (values[i + 4]! << 4) |
      (values[i + 5]! << 5) |
      (values[i + 6]! << 6) |
      (values[i + 7]! << 7);
  }
  if (i === to) return at;
  let last = 0;
  for (let bit = 0; i < to; bit++, i++) last |= values[i]! << bit;
  bytes[at] = last;
  return at + 1;
}
