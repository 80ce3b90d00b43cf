import type { ColumnSlice, NumberArray } from '../../formats/parquet/index.ts';

/** Sum of a slice's numbers, NaN and nulls left out. */
export function sumOf(slice: ColumnSlice): number {
  if (!('values' in slice) || slice.values === null) return 0;
  const values = slice.values as NumberArray;
  const flags = slice.validity?.includes(0) === true ? slice.validity : null;
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) return sumOfWords(values, flags);
  return flags === null ? sumOfAll(values) : sumOfValid(values, flags);
}

type Plain = Exclude<NumberArray, BigInt64Array | BigUint64Array>;

/** Four chains, so that one addition does not wait for the other. */
function sumOfAll(values: Plain): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = 0;
  for (; i + 3 < values.length; i += 4) {
    a += values[i]!;
    b += values[i + 1]!;
    c += values[i + 2]!;
    d += values[i + 3]!;
  }
  for (; i < values.length; i++) a += values[i]!;
  const sum = a + b + (c + d);
  // Infinities of both signs give NaN too, and this gives it again.
  return Number.isNaN(sum) ? sumOfValid(values, null) : sum;
}

function sumOfValid(values: Plain, flags: Uint8Array | null): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if ((flags === null || flags[i] === 1) && !Number.isNaN(value)) sum += value;
  }
  return sum;
}

/** Halves of 64-bit integers, since each bigint would be an object. */
function sumOfWords(values: BigInt64Array | BigUint64Array, flags: Uint8Array | null): number {
  const { buffer, byteOffset, length } = values;
  const low = new Uint32Array(buffer, byteOffset, length * 2);
  const high = values instanceof BigInt64Array ? new Int32Array(buffer, byteOffset, length * 2) : low;
  let lows = 0;
  let highs = 0;
  for (let i = 0; i < length; i++) {
    if (flags !== null && flags[i] === 0) continue;
    lows += low[2 * i]!;
    highs += high[2 * i + 1]!;
  }
  return highs * 4294967296 + lows;
}
