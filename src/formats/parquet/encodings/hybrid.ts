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

/** Values packed from the lowest bit up, the last group of eight filled with zeros. Widths up to 24. */
function writePacked(values: SmallInts, from: number, to: number, width: number, out: ByteBuffer): void {
  if (from === to) return;
  const groups = Math.ceil((to - from) / 8);
  out.varint(groups * 2 + 1);
  const size = groups * width;
  out.reserve(size);
  const end = out.length + size;
  const at =
    width === 1
      ? packBits(values, from, to, out.bytes, out.length)
      : packWide(values, from, to, width, out.bytes, out.length);
  out.bytes.fill(0, at, end);
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

function packWide(
  values: SmallInts,
  from: number,
  to: number,
  width: number,
  bytes: Uint8Array,
  begin: number,
): number {
  let at = begin;
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
  return at;
}
