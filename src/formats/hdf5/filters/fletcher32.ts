/**
 * The checksum of the fletcher32 filter: sums of big-endian 16-bit words and of those sums, each modulo 65535 and
 * never 0 unless all bytes are. A last odd byte counts as the upper half of a word.
 * Source: HDF5 File Format Specification Version 3.0, IV.A.2.l, filter 3, as the HDF5 library computes it.
 */
export function fletcher32(bytes: Uint8Array): number {
  const even = bytes.byteOffset % 2 === 0 ? bytes : bytes.slice();
  const words = new Uint16Array(even.buffer, even.byteOffset, even.length >> 1);
  let sum = 0;
  let sums = 0;
  // Little-endian words: in sums modulo 2^16 - 1 exchanging the bytes of the result is enough.
  for (let start = 0; start < words.length; start += BLOCK) {
    const end = Math.min(start + BLOCK, words.length);
    for (let i = start; i < end; i++) {
      sum += words[i]!;
      sums += sum;
    }
    sum = fold(sum);
    sums = fold(sums);
  }
  if (bytes.length % 2 === 1) {
    sum += bytes[bytes.length - 1]!;
    sums += sum;
  }
  return ((exchange(fold(sums)) << 16) | exchange(fold(sum))) >>> 0;
}

/** Words after which `sums` is still a signed 32-bit integer, the fastest there is. */
const BLOCK = 240;

/** The same modulo 65535, from 0 to 65535; 0 for 0 alone. */
function fold(sum: number): number {
  const once = (sum & 0xffff) + (sum >>> 16);
  return (once & 0xffff) + (once >>> 16);
}

function exchange(sum: number): number {
  return ((sum & 0xff) << 8) | (sum >>> 8);
}
