import { show } from '../../../errors.ts';
import type { ColumnSlice, NumberArray } from '../column.ts';
import type { Leaf } from '../leaf.ts';
import { compactBytes, compactWords, splitIds, widen } from './copy.ts';
import { invalidBatch } from './invalid.ts';
import { isNullSlice, sliceFlags, type Validity } from './validity.ts';

/** Numbers without the nulls, as they are stored: one or two 32-bit words each, the lower one first. */
export interface WordValues {
  readonly form: 'words';
  readonly count: number;
  readonly wordsEach: 1 | 2;
  readonly words: Uint32Array;
}

/** Booleans without the nulls, 0 or 1. */
export interface BoolValues {
  readonly form: 'bools';
  readonly count: number;
  readonly values: Uint8Array;
}

/** Codes of labels without the nulls. */
export interface CodeValues {
  readonly form: 'codes';
  readonly count: number;
  readonly values: Uint8Array | Uint16Array;
}

/** The arrays that a kind takes, by the names of their classes: values may come from another realm. */
const TAKEN: Partial<Record<Leaf['kind'], readonly string[]>> = {
  f64: ['Float64Array'],
  f32: ['Float32Array'],
  i8: ['Int8Array'],
  i16: ['Int16Array'],
  i32: ['Int32Array'],
  i64: ['BigInt64Array'],
  u8: ['Uint8Array'],
  u16: ['Uint16Array'],
  u32: ['Uint32Array'],
  u64: ['BigUint64Array'],
  timestamp: ['BigInt64Array'],
  ref: ['Float64Array', 'BigInt64Array'],
  bool: ['Uint8Array'],
  enum: ['Uint8Array', 'Uint16Array'],
};

function valuesOf(leaf: Leaf, slice: ColumnSlice): NumberArray {
  const values: unknown = 'values' in slice ? slice.values : undefined;
  const name = (values as object | undefined)?.constructor.name ?? 'bytes';
  const taken = TAKEN[leaf.kind]!;
  if (!ArrayBuffer.isView(values) || !taken.includes(name)) {
    throw invalidBatch(leaf.name, `${leaf.kind} takes ${taken.join(' or ')}, not ${name}`);
  }
  const wanted = slice.rows * leaf.perRow;
  const numbers = values as NumberArray;
  if (numbers.length !== wanted) {
    throw invalidBatch(leaf.name, `${show(numbers)} for ${slice.rows} rows, which need ${wanted} values`);
  }
  return numbers;
}

/** Whether the bytes of the array are those of the file. */
function isWide(values: NumberArray, leaf: Leaf): boolean {
  return values.BYTES_PER_ELEMENT >= 4 && !(leaf.kind === 'ref' && values instanceof Float64Array);
}

/** Where slices are joined. Fresh memory would cost as much as the joining. */
let joined = new Uint32Array(0);
const MAX_KEPT_WORDS = 2 ** 22;

/** Words for one column chunk, taken back with the next call. */
function takeWords(count: number): Uint32Array {
  if (count > MAX_KEPT_WORDS) return new Uint32Array(count);
  if (joined.length < count) joined = new Uint32Array(count);
  return joined.subarray(0, count);
}

function asWords(values: NumberArray): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.byteLength / 4);
}

/**
 * Joins slices of a number kind; one slice without nulls that is stored as it is becomes a view. The result is
 * valid until the next call.
 */
export function gatherWords(leaf: Leaf, slices: readonly ColumnSlice[], validity: Validity): WordValues {
  const wordsEach = leaf.physical === 'INT64' || leaf.physical === 'DOUBLE' ? 2 : 1;
  const count = validity.present * leaf.perRow;
  const filled = slices.filter((slice) => slice.rows > 0 && !isNullSlice(slice));
  if (filled.length === 1 && sliceFlags(filled[0]!) === null) {
    const values = valuesOf(leaf, filled[0]!);
    if (isWide(values, leaf)) return { form: 'words', count, wordsEach, words: asWords(values) };
  }
  const words = takeWords(count * wordsEach);
  let at = 0;
  for (const slice of filled) {
    const values = valuesOf(leaf, slice);
    const flags = sliceFlags(slice);
    if (isWide(values, leaf)) {
      const source = asWords(values);
      if (flags === null) {
        words.set(source, at);
        at += source.length;
      } else {
        at = compactWords(source, flags, leaf.perRow * wordsEach, words, at);
      }
    } else if (leaf.kind === 'ref') {
      at = splitIds(leaf.name, values as Float64Array, flags, words, at);
    } else {
      at = widen(values as Int8Array, flags, leaf.perRow, words, at);
    }
  }
  return { form: 'words', count, wordsEach, words };
}

/** Joins slices of booleans. */
export function gatherBools(leaf: Leaf, slices: readonly ColumnSlice[], validity: Validity): BoolValues {
  const count = validity.present * leaf.perRow;
  const values = new Uint8Array(count);
  joinSmall(leaf, slices, values, 256);
  for (let i = 0; i < count; i++) values[i] = values[i] === 0 ? 0 : 1;
  return { form: 'bools', count, values };
}

/** Joins slices of codes, each of which must have a label. */
export function gatherCodes(leaf: Leaf, slices: readonly ColumnSlice[], validity: Validity): CodeValues {
  const count = validity.present;
  const limit = leaf.labels.length;
  const values = limit > 256 ? new Uint16Array(count) : new Uint8Array(count);
  if (!joinSmall(leaf, slices, values, limit)) {
    throw invalidBatch(leaf.name, `a code that is none of its ${limit} labels`);
  }
  return { form: 'codes', count, values };
}

/** @returns whether all values are below `limit`. */
function joinSmall(
  leaf: Leaf,
  slices: readonly ColumnSlice[],
  target: Uint8Array | Uint16Array,
  limit: number,
): boolean {
  let at = 0;
  for (const slice of slices) {
    if (slice.rows === 0 || isNullSlice(slice)) continue;
    const source = valuesOf(leaf, slice) as Uint8Array | Uint16Array;
    at = compactBytes(source, sliceFlags(slice), leaf.perRow, target, at, limit);
    if (at < 0) return false;
  }
  return true;
}
