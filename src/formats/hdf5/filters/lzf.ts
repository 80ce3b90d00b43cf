/**
 * The LZF format of Marc Lehmann's LibLZF, as h5py's filter 32000 stores it. A control byte `c` begins
 *
 * - below 32: `c + 1` bytes that follow as they are;
 * - else: a copy of `(c >> 5) + 2` bytes from `((c & 31) << 8 | next byte) + 1` bytes back; where `c >> 5` is 7,
 *   a byte before the distance's lower one holds how many bytes there are more.
 *
 * Source: LibLZF, lzf_d.c (the decompressor defines the format); h5py, lzf/README.txt.
 */
const MOST_LITERALS = 32;
const FARTHEST = 8192;
const LONGEST = 264;

/** After 2^SKIP_BITS misses every second place is looked at, after twice as many every third, and so on. */
const SKIP_BITS = 5;

/** Bits of the hash of three bytes. */
const HASH_BITS = 14;
const heads = new Int32Array(1 << HASH_BITS);

/** Compresses into `target`. @returns the compressed length, or 0 where that would be more than `limit`. */
export function compressLzf(source: Uint8Array, target: Uint8Array, limit: number): number {
  const { length } = source;
  heads.fill(-1);
  let out = 0;
  let literals = 0;
  let misses = 0;
  for (let at = 0; at < length - 2; ) {
    const hash = hashOf(source[at]!, source[at + 1]!, source[at + 2]!);
    const from = heads[hash]!;
    heads[hash] = at;
    const distance = at - from - 1;
    if (from < 0 || distance >= FARTHEST || !startsAlike(source, from, at)) {
      // Where nothing was found for long, fewer places are looked at.
      at += 1 + (misses++ >> SKIP_BITS);
      continue;
    }
    misses = 0;
    const same = lengthOfMatch(source, from, at, Math.min(LONGEST, length - at));
    out = putLiterals(source, literals, at, target, out, limit);
    if (out < 0 || out + 3 > limit) return 0;
    const more = same - 2;
    target[out++] = ((more < 7 ? more : 7) << 5) | (distance >> 8);
    if (more >= 7) target[out++] = more - 7;
    target[out++] = distance;
    at += same;
    literals = at;
    // The bytes at the end of the copy are likely to start the next one.
    if (at < length) heads[hashOf(source[at - 2]!, source[at - 1]!, source[at]!)] = at - 2;
  }
  return Math.max(0, putLiterals(source, literals, length, target, out, limit));
}

/** Decompresses; `target` has the length that the data had. */
export function decompressLzf(source: Uint8Array, target: Uint8Array): void {
  let out = 0;
  for (let at = 0; at < source.length; ) {
    const control = source[at++]!;
    if (control < 32) {
      for (let i = 0; i <= control; i++) target[out++] = source[at++]!;
      continue;
    }
    let count = (control >> 5) + 2;
    if (count === 9) count += source[at++]!;
    let from = out - (((control & 31) << 8) | source[at++]!) - 1;
    while (count-- > 0) target[out++] = target[from++]!;
  }
}

function hashOf(a: number, b: number, c: number): number {
  return Math.imul((a << 16) | (b << 8) | c, 0x9e3779b1) >>> (32 - HASH_BITS);
}

function startsAlike(source: Uint8Array, from: number, at: number): boolean {
  return (
    source[from] === source[at] && source[from + 1] === source[at + 1] && source[from + 2] === source[at + 2]
  );
}

function lengthOfMatch(source: Uint8Array, from: number, at: number, most: number): number {
  let same = 3;
  while (same < most && source[from + same] === source[at + same]) same++;
  return same;
}

/** Stores bytes `from` to `to` as they are. @returns the new length, or -1 where they do not fit. */
function putLiterals(
  source: Uint8Array,
  from: number,
  to: number,
  target: Uint8Array,
  out: number,
  limit: number,
): number {
  const runs = Math.ceil((to - from) / MOST_LITERALS);
  if (out < 0 || out + to - from + runs > limit) return -1;
  let length = out;
  for (let at = from; at < to; ) {
    const end = Math.min(to, at + MOST_LITERALS);
    target[length++] = end - at - 1;
    while (at < end) target[length++] = source[at++]!;
  }
  return length;
}
