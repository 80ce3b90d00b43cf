import { type Bounds, NO_BOUNDS } from './bounds.ts';

/**
 * Bounds of floats; none where a value is NaN, which readers order differently: DuckDB and Spark hold it for the
 * greatest value and equal to itself, and would leave out rows, or take in too many, by bounds that ignore it.
 * A bound of zero is -0 as a minimum and +0 as a maximum, because both zeros may be among the values.
 * Source: `parquet.thrift`, `ColumnOrder.TYPE_ORDER`.
 */
export function floatBounds(values: Float64Array | Float32Array, from: number, to: number): Bounds {
  // Two chains, so that one comparison does not wait for the other. `Math.min` gives NaN where one is NaN.
  let min = Infinity;
  let max = -Infinity;
  let min2 = Infinity;
  let max2 = -Infinity;
  let i = from;
  for (; i + 1 < to; i += 2) {
    const a = values[i]!;
    const b = values[i + 1]!;
    min = Math.min(min, a);
    max = Math.max(max, a);
    min2 = Math.min(min2, b);
    max2 = Math.max(max2, b);
  }
  if (i < to) {
    min = Math.min(min, values[i]!);
    max = Math.max(max, values[i]!);
  }
  min = Math.min(min, min2);
  max = Math.max(max, max2);
  if (Number.isNaN(min)) return { ...NO_BOUNDS, nans: countNaN(values, from, to) };
  if (from === to) return NO_BOUNDS;
  return { min: min === 0 ? -0 : min, max: max === 0 ? 0 : max, nans: 0 };
}

function countNaN(values: Float64Array | Float32Array, from: number, to: number): number {
  let nans = 0;
  for (let i = from; i < to; i++) if (Number.isNaN(values[i]!)) nans++;
  return nans;
}

/** Bounds of booleans, 0 and 1. Native searches: a loop would guess wrong at every other value. */
export function boolBounds(values: Uint8Array, from: number, to: number): Bounds {
  if (from === to) return NO_BOUNDS;
  const page = values.subarray(from, to);
  return { min: page.includes(0) ? 0 : 1, max: page.includes(1) ? 1 : 0, nans: 0 };
}

/** Bounds of 32-bit integers, by the sign of the array's kind. */
export function intBounds(
  values: Int32Array | Uint32Array | Uint16Array | Uint8Array,
  from: number,
  to: number,
): Bounds {
  if (from === to) return NO_BOUNDS;
  let min = values[from]!;
  let max = min;
  for (let i = from + 1; i < to; i++) {
    const value = values[i]!;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { min, max, nans: 0 };
}

/** Bounds of 64-bit integers, from their words. */
export function wideBounds(words: Uint32Array, from: number, to: number, signed: boolean): Bounds {
  if (from === to) return NO_BOUNDS;
  // With the top bit turned over, signed numbers are in the order of unsigned ones.
  const flip = signed ? 0x80000000 : 0;
  let minLow = words[2 * from]!;
  let minHigh = (words[2 * from + 1]! ^ flip) >>> 0;
  let maxLow = minLow;
  let maxHigh = minHigh;
  for (let i = from + 1; i < to; i++) {
    const low = words[2 * i]!;
    const high = (words[2 * i + 1]! ^ flip) >>> 0;
    if (high < minHigh || (high === minHigh && low < minLow)) {
      minLow = low;
      minHigh = high;
    }
    if (high > maxHigh || (high === maxHigh && low > maxLow)) {
      maxLow = low;
      maxHigh = high;
    }
  }
  return { min: wide(minLow, minHigh, signed), max: wide(maxLow, maxHigh, signed), nans: 0 };
}

function wide(low: number, high: number, signed: boolean): bigint {
  const value = (BigInt(high) << 32n) | BigInt(low);
  return signed ? value - (1n << 63n) : value;
}
