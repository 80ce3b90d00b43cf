/**
 * Packs 32 values of `width` (0 to 32) bits from the lowest bit up, into `4 * width` bytes.
 * Source: Encodings.md, "Run Length Encoding / Bit-Packing Hybrid", note 1.
 * @returns the byte behind the last.
 */
export function packMiniblock(
  values: Int32Array,
  start: number,
  width: number,
  out: Uint8Array,
  begin: number,
): number {
  if (width === 0) return begin;
  let at = begin;
  let word = 0;
  let used = 0;
  for (let i = start; i < start + 32; i++) {
    const value = values[i]!;
    word |= value << used;
    used += width;
    if (used >= 32) {
      out[at] = word;
      out[at + 1] = word >>> 8;
      out[at + 2] = word >>> 16;
      out[at + 3] = word >>> 24;
      at += 4;
      used -= 32;
      word = used === 0 ? 0 : value >>> (width - used);
    }
  }
  return at;
}

/** The same for values of 33 to 64 bits, given as lower and upper words. */
export function packWideMiniblock(
  low: Int32Array,
  high: Int32Array,
  start: number,
  width: number,
  out: Uint8Array,
  begin: number,
): number {
  const upper = width - 32;
  let at = begin;
  let word = 0;
  let used = 0;
  for (let i = 2 * start; i < 2 * (start + 32); i++) {
    const isLow = (i & 1) === 0;
    const value = (isLow ? low : high)[i >> 1]!;
    const bits = isLow ? 32 : upper;
    word |= value << used;
    used += bits;
    if (used >= 32) {
      out[at] = word;
      out[at + 1] = word >>> 8;
      out[at + 2] = word >>> 16;
      out[at + 3] = word >>> 24;
      at += 4;
      used -= 32;
      word = used === 0 ? 0 : value >>> (bits - used);
    }
  }
  return at;
}
