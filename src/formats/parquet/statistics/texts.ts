import type { Dictionary } from '../encodings/dictionary.ts';
import type { BytesValues } from '../values/bytes.ts';
import { type Bounds, compareBytes, NO_BOUNDS } from './bounds.ts';

function valueAt({ data, offsets }: BytesValues, i: number): Uint8Array {
  return data.subarray(offsets[i]!, offsets[i + 1]!);
}

/** Bounds of text or bytes. */
export function bytesBounds(values: BytesValues, from: number, to: number): Bounds {
  if (from === to) return NO_BOUNDS;
  let min = valueAt(values, from);
  let max = min;
  for (let i = from + 1; i < to; i++) {
    // Most values differ from a bound in the first byte, which needs no view.
    const first = firstByte(values, i);
    if (min.length > 0 && first <= min[0]!) {
      const value = valueAt(values, i);
      if (compareBytes(value, min) < 0) min = value;
    }
    if (max.length === 0 || first >= max[0]!) {
      const value = valueAt(values, i);
      if (compareBytes(value, max) > 0) max = value;
    }
  }
  return { min, max, nans: 0 };
}

/** The first byte of a value, -1 of an empty one. */
function firstByte({ data, offsets }: BytesValues, i: number): number {
  return offsets[i]! === offsets[i + 1]! ? -1 : data[offsets[i]!]!;
}

/** Bounds of values given by a dictionary: entries are ordered once, then a page notes which of them it has. */
export function dictionaryBounds(dictionary: Dictionary): (from: number, to: number) => Bounds {
  const { entries, indices } = dictionary;
  const order = Array.from({ length: entries.count }, (_, i) => i).sort((a, b) =>
    compareBytes(valueAt(entries, a), valueAt(entries, b)),
  );
  const seen = new Uint8Array(entries.count);
  return (from, to) => {
    if (from === to) return NO_BOUNDS;
    // Every entry occurs somewhere in the chunk, which mostly is one page.
    const whole = to - from === indices.length;
    if (whole) return { min: valueAt(entries, order[0]!), max: valueAt(entries, order.at(-1)!), nans: 0 };
    seen.fill(0);
    for (let i = from; i < to; i++) seen[indices[i]!] = 1;
    const isSeen = (entry: number) => seen[entry] === 1;
    const min = valueAt(entries, order.find(isSeen)!);
    return { min, max: valueAt(entries, order.findLast(isSeen)!), nans: 0 };
  };
}
