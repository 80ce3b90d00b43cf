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

/** Bits of the hash of three bytes. */
const HASH_BITS = 14;
const heads = new Int32Array(1 << HASH_BITS);

/** Compresses into `target`. @returns the compressed length, or 0 where that would be more than `limit`. */
export function compressLzf(source: Uint8Array, target: Uint8Array, limit: number): number {
  const { length } = source;
  heads.fill(-1);
  let out = 0;
  let literals = 0;
  let at = 0;
  while (at < length - 2) {
    const hash = hashOf(source[at]!, source[at + 1]!, source[at + 2]!);
    const from = heads[hash]!;
    heads[hash] = at;
    const distance = at - from - 1;
    if (from < 0 || distance >= FARTHEST || !startsAlike(source, from, at)) {
      at++;
      if (++literals === MOST_LITERALS) {
        out = putLiterals(source, at, literals, target, out, limit);
        if (out < 0) return 0;
        literals = 0;
      }
      continue;
    }
    const same = lengthOfMatch(source, from, at, Math.min(LONGEST, length - at));
    out = putLiterals(source, at, literals, target, out, limit);
    if (out < 0 || out + 3 > limit) return 0;
    literals = 0;
    const more = same - 2;
    target[out++] = ((more < 7 ? more : 7) << 5) | (distance >> 8);
    if (more >= 7) target[out++] = more - 7;
    target[out++] = distance;
    // The bytes at the end of the copy are likely to start the next one.
    const end = at + same;
    for (let i = Math.max(at + 1, end - 2); i < end && i < length - 2; i++) {
      heads[hashOf(source[i]!, source[i + 1]!, source[i + 2]!)] = i;
    }
    at = end;
  }
  literals += length - at;
  while (literals > 0) {
    const count = Math.min(literals, MOST_LITERALS);
    out = putLiterals(source, length - literals + count, count, target, out, limit);
    if (out < 0) return 0;
    literals -= count;
  }
  return out;
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

/** Stores the `count` bytes before `end`. @returns the new length, or -1 where it does not fit. */
function putLiterals(
  source: Uint8Array,
  end: number,
  count: number,
  target: Uint8Array,
  out: number,
  limit: number,
): number {
  if (count === 0) return out;
  if (out + count + 1 > limit) return -1;
  target[out] = count - 1;
  for (let i = end - count, to = out + 1; i < end; i++, to++) target[to] = source[i]!;
  return out + count + 1;
}
