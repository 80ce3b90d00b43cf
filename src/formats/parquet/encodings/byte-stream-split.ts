import { splitWords } from '../../planes.ts';
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
