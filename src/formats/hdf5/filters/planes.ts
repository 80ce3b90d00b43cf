/**
 * Deflate for shuffled data. The lower bytes of measured doubles are noise: of eight planes that the shuffle filter
 * makes, five or six cannot be compressed, and deflate takes most of its time to find that out. Such planes become
 * stored blocks of the same zlib stream, which readers copy; the others are compressed.
 * Sources: RFC 1950 (zlib format, 2.2), RFC 1951 (stored blocks, 3.2.4).
 */

/** Raw deflate that ends on a byte boundary without a final block: what zlib makes with `Z_SYNC_FLUSH`. */
export type DeflateBlocks = (bytes: Uint8Array, level: number) => Uint8Array;

/** Most bytes of a stored block. */
const MOST_STORED = 65535;

/** An empty stored block with the final bit. */
const FINAL_BLOCK = [1, 0, 0, 0xff, 0xff];

/** Of a plane so many stretches of so many bytes are looked at. */
const STRETCHES = 4;
const STRETCH = 512;

/**
 * Compresses data that consist of `planes` of equal length.
 * @returns a zlib stream, or null where no plane is noise, so that there is nothing to be gained.
 */
export function deflatePlanes(
  bytes: Uint8Array,
  planes: number,
  level: number,
  deflateBlocks: DeflateBlocks,
): Uint8Array | null {
  const segments = segmentsOf(bytes, planes);
  if (segments.every(({ noise }) => !noise)) return null;
  const parts = segments.map(({ from, to, noise }) => {
    const segment = bytes.subarray(from, to);
    return { noise, bytes: noise ? segment : deflateBlocks(segment, level) };
  });
  const most = parts.reduce(
    (sum, part) => sum + part.bytes.length + 5 * Math.ceil(part.bytes.length / MOST_STORED),
    11,
  );
  const out = new Uint8Array(most);
  // Deflate with a window of 32 KB, the fastest level; a multiple of 31.
  out.set([0x78, 0x01]);
  let length = 2;
  for (const part of parts)
    length = part.noise ? store(part.bytes, out, length) : append(part.bytes, out, length);
  length = append(Uint8Array.from(FINAL_BLOCK), out, length);
  new DataView(out.buffer).setUint32(length, adler32(bytes));
  return out.subarray(0, length + 4);
}

interface Segment {
  readonly from: number;
  to: number;
  readonly noise: boolean;
}

/** Neighbouring planes of one kind together; what is behind the last plane goes with it. */
function segmentsOf(bytes: Uint8Array, planes: number): Segment[] {
  const size = Math.floor(bytes.length / planes);
  const segments: Segment[] = [];
  for (let k = 0; k < planes; k++) {
    const to = k === planes - 1 ? bytes.length : (k + 1) * size;
    const noise = isNoise(bytes, k * size, size);
    const last = segments.at(-1);
    if (last !== undefined && last.noise === noise) last.to = to;
    else segments.push({ from: k * size, to, noise });
  }
  return segments;
}

const counts = new Int32Array(256);
const places = new Int32Array(1024);

/** Whether samples of `length` bytes have all values about equally often, and hardly any three bytes twice. */
function isNoise(bytes: Uint8Array, from: number, length: number): boolean {
  // Of few bytes nothing can be told, and nothing is to be gained.
  if (length < STRETCH) return false;
  counts.fill(0);
  places.fill(-1);
  const stretches = Math.min(STRETCHES, Math.floor(length / STRETCH));
  let repeats = 0;
  for (let k = 0; k < stretches; k++) {
    const start = from + Math.floor(((length - STRETCH) * k) / STRETCHES);
    for (let i = start; i < start + STRETCH; i++) counts[bytes[i]!]!++;
    for (let i = start; i < start + STRETCH - 2; i++) {
      const three = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16);
      const slot = Math.imul(three, 0x9e3779b1) >>> 22;
      if (places[slot] === three) repeats++;
      places[slot] = three;
    }
  }
  let pairs = 0;
  for (let value = 0; value < 256; value++) pairs += counts[value]! * (counts[value]! - 1);
  // Of pairs of random bytes one in 256 is equal, give or take; 5 % more, and a Huffman code would save half a percent.
  const sampled = stretches * STRETCH;
  return pairs * 256 <= sampled * (sampled - 1) * (1.05 + 60 / sampled) && repeats * 64 < sampled;
}

function append(bytes: Uint8Array, out: Uint8Array, at: number): number {
  out.set(bytes, at);
  return at + bytes.length;
}

/** Stored blocks: three bits of header, filled up to a byte, the length, its complement, and the bytes. */
function store(bytes: Uint8Array, out: Uint8Array, at: number): number {
  let length = at;
  for (let from = 0; from < bytes.length; from += MOST_STORED) {
    const block = bytes.subarray(from, from + MOST_STORED);
    const size = block.length;
    length = append(Uint8Array.of(0, size, size >> 8, ~size, ~size >> 8), out, length);
    length = append(block, out, length);
  }
  return length;
}

/** Source: RFC 1950, 9. */
function adler32(bytes: Uint8Array): number {
  let a = 1;
  let b = 0;
  // So many bytes keep both sums signed 32-bit integers.
  for (let start = 0; start < bytes.length; start += 3800) {
    const end = Math.min(start + 3800, bytes.length);
    for (let i = start; i < end; i++) {
      a += bytes[i]!;
      b += a;
    }
    a %= 65521;
    b %= 65521;
  }
  return ((b << 16) | a) >>> 0;
}
