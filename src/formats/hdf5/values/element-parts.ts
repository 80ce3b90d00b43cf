import { type Hdf5Type, type NumberArray, storedNumber } from '../types.ts';
import type { ValueRows } from './row-data.ts';

/** Bytes of elements that travel together. */
const PART_BYTES = 2 ** 18;

/** Elements as bytes: numbers as they stand in memory, texts and byte strings each behind its length in 4 bytes. */
export interface ElementPart {
  readonly bytes: Uint8Array;
  readonly elements: number;
}

/** Elements of a dataset in parts that find room in a buffer. */
export function* elementParts(data: NumberArray | ValueRows, dtype: Hdf5Type): Generator<ElementPart, void> {
  if (storedNumber(dtype) === null) {
    yield* textParts(data as ValueRows);
    return;
  }
  const numbers = data as NumberArray;
  const size = numbers.BYTES_PER_ELEMENT;
  const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  for (let at = 0; at < bytes.length; at += PART_BYTES) {
    const part = bytes.subarray(at, at + PART_BYTES);
    yield { bytes: part, elements: part.length / size };
  }
}

function* textParts(values: ValueRows): Generator<ElementPart, void> {
  const encoder = new TextEncoder();
  let pending: Uint8Array[] = [];
  let length = 0;
  for (const value of values) {
    const bytes = typeof value === 'string' ? encoder.encode(value) : value!;
    if (length > 0 && length + bytes.length + 4 > PART_BYTES) {
      yield { bytes: joined(pending, length), elements: pending.length };
      pending = [];
      length = 0;
    }
    pending.push(bytes);
    length += bytes.length + 4;
  }
  if (pending.length > 0) yield { bytes: joined(pending, length), elements: pending.length };
}

function joined(values: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const value of values) {
    view.setUint32(at, value.length, true);
    bytes.set(value, at + 4);
    at += 4 + value.length;
  }
  return bytes;
}
