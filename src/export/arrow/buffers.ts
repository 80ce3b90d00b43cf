const encoder = new TextEncoder();

/** One bit a value, the least significant first: 1 for true and for numbers other than 0. */
export function packBits(values: ArrayLike<unknown>): Uint8Array {
  const bits = new Uint8Array(Math.ceil(values.length / 8));
  for (let i = 0; i < values.length; i++) if (values[i]) bits[i >> 3]! |= 1 << (i & 7);
  return bits;
}

/** Texts or bytes one behind another, and where each begins; null takes none. */
export function textOffsets(values: readonly (string | Uint8Array | null)[]): {
  valueOffsets: Int32Array;
  data: Uint8Array;
} {
  const valueOffsets = new Int32Array(values.length + 1);
  let data = new Uint8Array(1024);
  let used = 0;
  for (const [row, value] of values.entries()) {
    if (value !== null) {
      // No UTF-16 unit takes more than three bytes of UTF-8.
      const needed = used + (typeof value === 'string' ? 3 : 1) * value.length;
      if (needed > data.length) {
        const grown = new Uint8Array(Math.max(2 * data.length, needed));
        grown.set(data.subarray(0, used));
        data = grown;
      }
      if (typeof value === 'string') used += encoder.encodeInto(value, data.subarray(used)).written;
      else {
        data.set(value, used);
        used += value.length;
      }
    }
    valueOffsets[row + 1] = used;
  }
  return { valueOffsets, data: data.subarray(0, used) };
}
