import type { ByteBuffer } from '../byte-buffer.ts';
import type { BytesValues } from '../values/bytes.ts';
import type { BoolValues, WordValues } from '../values/fixed.ts';
import { packBits } from './hybrid.ts';

/** PLAIN. Source: Encodings.md, "Plain". Words are little-endian, as every engine that runs JavaScript is. */
export function encodePlainWords(values: WordValues, from: number, to: number, out: ByteBuffer): void {
  const { words, wordsEach } = values;
  const start = words.byteOffset + from * wordsEach * 4;
  out.append(new Uint8Array(words.buffer, start, (to - from) * wordsEach * 4));
}

/** Booleans, one bit each from the lowest up. */
export function encodePlainBools(values: BoolValues, from: number, to: number, out: ByteBuffer): void {
  out.reserve(Math.ceil((to - from) / 8));
  out.length = packBits(values.values, from, to, out.bytes, out.length);
}

/** Text or bytes, each behind its length in four bytes. */
export function encodePlainBytes(values: BytesValues, from: number, to: number, out: ByteBuffer): void {
  const { data, offsets } = values;
  out.reserve((to - from) * 4 + offsets[to]! - offsets[from]!);
  for (let i = from; i < to; i++) {
    const start = offsets[i]!;
    const end = offsets[i + 1]!;
    out.setUint32(out.length, end - start);
    out.length += 4;
    if (end - start > 24) {
      out.bytes.set(data.subarray(start, end), out.length);
      out.length += end - start;
    } else {
      for (let at = start; at < end; at++) out.bytes[out.length++] = data[at]!;
    }
  }
}
