import type { ByteBuffer } from '../byte-buffer.ts';
import { packMiniblock, packWideMiniblock } from './bit-pack.ts';

/**
 * DELTA_BINARY_PACKED. Source: Encodings.md, "Delta Encoding": blocks of 128 differences, each less the smallest of
 * the block, packed in four miniblocks of 32, with differences wrapping around at the physical type's width.
 * 64-bit values are worked on as two 32-bit words: bigints would allocate.
 */
const BLOCK = 128;
const MINIBLOCKS = 4;
const MINIBLOCK = BLOCK / MINIBLOCKS;

/** Differences of a block, lower and upper words. */
const low = new Int32Array(BLOCK);
const high = new Int32Array(BLOCK);

function header(count: number, out: ByteBuffer): void {
  out.varint(BLOCK);
  out.varint(MINIBLOCKS);
  out.varint(count);
}

/** Values `from` to `to` as INT32. */
export function encodeDelta32(values: Int32Array, from: number, to: number, out: ByteBuffer): void {
  header(to - from, out);
  let last = from < to ? values[from]! : 0;
  out.varint(((last << 1) ^ (last >> 31)) >>> 0);
  for (let start = from + 1; start < to; start += BLOCK) {
    const count = Math.min(BLOCK, to - start);
    let least = 0x7fffffff;
    for (let i = 0; i < count; i++) {
      const value = values[start + i]!;
      const delta = (value - last) | 0;
      last = value;
      low[i] = delta;
      if (delta < least) least = delta;
    }
    for (let i = 0; i < count; i++) low[i] = low[i]! - least;
    low.fill(0, count);
    out.varint(((least << 1) ^ (least >> 31)) >>> 0);
    packBlock(count, false, out);
  }
}

/** Values `from` to `to` as INT64, from their words. */
export function encodeDelta64(words: Uint32Array, from: number, to: number, out: ByteBuffer): void {
  header(to - from, out);
  let lastLow = from < to ? words[2 * from]! | 0 : 0;
  let lastHigh = from < to ? words[2 * from + 1]! | 0 : 0;
  zigzag64(lastLow, lastHigh, out);
  for (let start = from + 1; start < to; start += BLOCK) {
    const count = Math.min(BLOCK, to - start);
    let leastLow = -1;
    let leastHigh = 0x7fffffff;
    for (let i = 0; i < count; i++) {
      const valueLow = words[2 * (start + i)]! | 0;
      const valueHigh = words[2 * (start + i) + 1]! | 0;
      const deltaLow = (valueLow - lastLow) | 0;
      const deltaHigh = (valueHigh - lastHigh - (valueLow >>> 0 < lastLow >>> 0 ? 1 : 0)) | 0;
      lastLow = valueLow;
      lastHigh = valueHigh;
      low[i] = deltaLow;
      high[i] = deltaHigh;
      if (deltaHigh < leastHigh || (deltaHigh === leastHigh && deltaLow >>> 0 < leastLow >>> 0)) {
        leastLow = deltaLow;
        leastHigh = deltaHigh;
      }
    }
    for (let i = 0; i < count; i++) {
      const borrow = low[i]! >>> 0 < leastLow >>> 0 ? 1 : 0;
      low[i] = low[i]! - leastLow;
      high[i] = high[i]! - leastHigh - borrow;
    }
    low.fill(0, count);
    high.fill(0, count);
    zigzag64(leastLow, leastHigh, out);
    packBlock(count, true, out);
  }
}

/** The widths of the miniblocks, then those that hold values. */
function packBlock(count: number, wide: boolean, out: ByteBuffer): void {
  out.reserve(MINIBLOCKS + BLOCK * 8);
  const widths = out.length;
  out.bytes.fill(0, widths, widths + MINIBLOCKS);
  out.length += MINIBLOCKS;
  for (let block = 0; block * MINIBLOCK < count; block++) {
    const start = block * MINIBLOCK;
    let bitsLow = 0;
    let bitsHigh = 0;
    for (let i = start; i < start + MINIBLOCK; i++) bitsLow |= low[i]!;
    if (wide) for (let i = start; i < start + MINIBLOCK; i++) bitsHigh |= high[i]!;
    const width = bitsHigh === 0 ? 32 - Math.clz32(bitsLow) : 64 - Math.clz32(bitsHigh);
    out.bytes[widths + block] = width;
    out.length =
      width <= 32
        ? packMiniblock(low, start, width, out.bytes, out.length)
        : packWideMiniblock(low, high, start, width, out.bytes, out.length);
  }
}

/** A zigzag ULEB128 of a 64-bit integer. */
function zigzag64(valueLow: number, valueHigh: number, out: ByteBuffer): void {
  const sign = valueHigh >> 31;
  let restLow = ((valueLow << 1) ^ sign) >>> 0;
  let restHigh = (((valueHigh << 1) | (valueLow >>> 31)) ^ sign) >>> 0;
  while (restHigh !== 0 || restLow > 127) {
    out.byte((restLow & 127) | 128);
    restLow = ((restLow >>> 7) | (restHigh << 25)) >>> 0;
    restHigh >>>= 7;
  }
  out.byte(restLow);
}
