import type { ByteBuffer } from '../byte-buffer.ts';
import type { WordValues } from '../values/fixed.ts';

/** Where streams are made that cannot be made in place; kept between pages. */
let scratch = new Int32Array(0);

/** BYTE_STREAM_SPLIT: all first bytes, then all second bytes, and so on. Source: Encodings.md, "Byte Stream Split". */
export function encodeByteStreamSplit(values: WordValues, from: number, to: number, out: ByteBuffer): void {
  const { words, wordsEach } = values;
  const count = to - from;
  const streams = wordsEach * 4;
  // Signed, because the results of bitwise operators are: nothing is converted on the way.
  const source = new Int32Array(words.buffer, words.byteOffset + from * wordsEach * 4, count * wordsEach);
  out.reserve(count * streams);
  if (count % 4 === 0 && out.length % 4 === 0) {
    split(source, wordsEach, count, new Int32Array(out.bytes.buffer, out.length, count * wordsEach));
  } else {
    const padded = Math.ceil(count / 4) * 4;
    if (scratch.length < padded * wordsEach) scratch = new Int32Array(padded * wordsEach);
    split(source, wordsEach, count, scratch);
    const bytes = new Uint8Array(scratch.buffer);
    for (let k = 0; k < streams; k++) {
      out.bytes.set(bytes.subarray(k * padded, k * padded + count), out.length + k * count);
    }
  }
  out.length += count * streams;
}

/** Makes the streams one behind the other, each filled up to whole words. */
function split(source: Int32Array, wordsEach: 1 | 2, count: number, target: Int32Array): void {
  const size = Math.ceil(count / 4);
  const stream = (k: number) => target.subarray(k * size, (k + 1) * size);
  for (let word = 0; word < wordsEach; word++) {
    const k = word * 4;
    splitWords(source, word, wordsEach, count, stream(k), stream(k + 1), stream(k + 2), stream(k + 3));
  }
}

/**
 * Splits every `step`-th word from `first` on into four streams. Four values at a time become a word of each
 * stream, by exchanging bytes, then halves of words: 2.7 GB/s against 1.3 to 2.2 byte by byte, in the cache.
 */
function splitWords(
  source: Int32Array,
  first: number,
  step: number,
  count: number,
  s0: Int32Array,
  s1: Int32Array,
  s2: Int32Array,
  s3: Int32Array,
): void {
  const whole = count >> 2;
  let i = first;
  for (let at = 0; at < whole; at++) {
    const a = source[i]!;
    const b = source[i + step]!;
    const c = source[i + 2 * step]!;
    const d = source[i + 3 * step]!;
    i += 4 * step;
    const even1 = (a & 0xff00ff) | ((b & 0xff00ff) << 8);
    const odd1 = ((a >>> 8) & 0xff00ff) | (b & 0xff00ff00);
    const even2 = (c & 0xff00ff) | ((d & 0xff00ff) << 8);
    const odd2 = ((c >>> 8) & 0xff00ff) | (d & 0xff00ff00);
    s0[at] = (even1 & 0xffff) | (even2 << 16);
    s1[at] = (odd1 & 0xffff) | (odd2 << 16);
    s2[at] = (even1 >>> 16) | (even2 & 0xffff0000);
    s3[at] = (odd1 >>> 16) | (odd2 & 0xffff0000);
  }
  for (let j = 0; j < (count & 3); j++) {
    const word = source[i + j * step]!;
    for (const [k, stream] of [s0, s1, s2, s3].entries()) {
      const kept = j === 0 ? 0 : stream[whole]!;
      stream[whole] = kept | (((word >>> (8 * k)) & 0xff) << (8 * j));
    }
  }
}
