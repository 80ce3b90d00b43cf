/**
 * A missing number: a NaN of its own, so that a NaN that was recorded stays one. The low word is that of `NA_real_` in R
 * (1954), which R shows as `NA`; everybody else sees a NaN.
 */
export const NULL_LOW_WORD = 1954;
const HIGH_WORD = 0x7ff80000;
const SINGLE = 0x7fc00000 | NULL_LOW_WORD;

/** Its bytes, as f64 and as f32. */
export const NULL_F64: Uint8Array = new Uint8Array(Uint32Array.of(NULL_LOW_WORD, HIGH_WORD).buffer);
export const NULL_F32: Uint8Array = new Uint8Array(Uint32Array.of(SINGLE).buffer);

/** A copy of values with the missing number where `validity` is 0. */
export function withNulls<T extends Float64Array | Float32Array>(values: T, validity: Uint8Array): T {
  const copy = values.slice() as T;
  const words = new Uint32Array(copy.buffer);
  const wide = copy.BYTES_PER_ELEMENT === 8;
  for (let row = 0; row < validity.length; row++) {
    if (validity[row] !== 0) continue;
    if (wide) {
      words[2 * row] = NULL_LOW_WORD;
      words[2 * row + 1] = HIGH_WORD;
    } else {
      words[row] = SINGLE;
    }
  }
  return copy;
}

/** Which values are missing ones: 0 where that is so, else 1; null where none is. */
export function validityOf(values: Float64Array | Float32Array): Uint8Array | null {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.byteLength / 4);
  const wide = values.BYTES_PER_ELEMENT === 8;
  let validity: Uint8Array | null = null;
  for (let row = 0; row < values.length; row++) {
    if (!Number.isNaN(values[row])) continue;
    const isNull = wide ? words[2 * row] === NULL_LOW_WORD : (words[row]! & 0x3fffff) === NULL_LOW_WORD;
    if (!isNull) continue;
    validity ??= new Uint8Array(values.length).fill(1);
    validity[row] = 0;
  }
  return validity;
}
