import type { BytesValues } from '../values/bytes.ts';
import type { CodeValues } from '../values/fixed.ts';
import type { SmallInts } from './hybrid.ts';

/** Different values, and for each value which of them it is. */
export interface Dictionary {
  readonly entries: BytesValues;
  readonly indices: SmallInts;
  /** Bits of an index. */
  readonly width: number;
}

function widthOf(entries: number): number {
  // At least 1: a width of 0, which one entry would allow, is an edge that no reader needs to meet.
  return Math.max(1, 32 - Math.clz32(entries - 1));
}

/** So many entries, most values among them, mean that values hardly repeat. */
const MANY = 2 ** 14;

/**
 * Collects the different values in the order in which they come. Null where that does not pay: nothing to collect,
 * more than `limit` bytes of entries, or a result no smaller than the values.
 */
export function collectDictionary(values: BytesValues, limit: number): Dictionary | null {
  const { count, data, offsets } = values;
  if (count === 0) return null;
  const indices = new Uint32Array(count);
  const firsts: number[] = [];
  let size = 0;
  let slots = new Int32Array(256).fill(-1);
  for (let i = 0; i < count; i++) {
    if (i > 0 && sameValue(values, i, i - 1)) {
      indices[i] = indices[i - 1]!;
      continue;
    }
    let slot = hash(data, offsets[i]!, offsets[i + 1]!) & (slots.length - 1);
    while (slots[slot]! >= 0 && !sameValue(values, i, firsts[slots[slot]!]!)) {
      slot = (slot + 1) & (slots.length - 1);
    }
    if (slots[slot]! < 0) {
      size += 4 + offsets[i + 1]! - offsets[i]!;
      if (size > limit || (firsts.length > MANY && firsts.length * 2 > i)) return null;
      slots[slot] = firsts.length;
      firsts.push(i);
      if (firsts.length * 2 > slots.length) slots = rehash(values, firsts, slots.length * 2);
      indices[i] = firsts.length - 1;
    } else {
      indices[i] = slots[slot]!;
    }
  }
  const width = widthOf(firsts.length);
  if (size + (count * width) / 8 >= offsets[count]! + 4 * count) return null;
  return { entries: select(values, firsts), indices, width };
}

/** The dictionary of an enum: those labels that occur, in the order of their codes. Null where no value is. */
export function labelDictionary(values: CodeValues, labels: readonly Uint8Array[]): Dictionary | null {
  const codes = values.values;
  if (values.count === 0) return null;
  const used = new Uint8Array(labels.length);
  for (let i = 0; i < codes.length; i++) used[codes[i]!] = 1;
  const entryOf = new Uint16Array(labels.length);
  const present: Uint8Array[] = [];
  for (const [code, label] of labels.entries()) {
    entryOf[code] = present.length;
    if (used[code] === 1) present.push(label);
  }
  const indices = present.length === labels.length ? codes : codes.slice();
  if (indices !== codes) for (let i = 0; i < codes.length; i++) indices[i] = entryOf[codes[i]!]!;
  return { entries: joinLabels(present), indices, width: widthOf(present.length) };
}

/** Labels one behind the other. */
export function joinLabels(labels: readonly Uint8Array[]): BytesValues {
  const offsets = new Uint32Array(labels.length + 1);
  for (const [i, label] of labels.entries()) offsets[i + 1] = offsets[i]! + label.length;
  const data = new Uint8Array(offsets[labels.length]!);
  for (const [i, label] of labels.entries()) data.set(label, offsets[i]!);
  return { form: 'bytes', count: labels.length, data, offsets };
}

function select(values: BytesValues, picked: readonly number[]): BytesValues {
  const { data, offsets } = values;
  return joinLabels(picked.map((i) => data.subarray(offsets[i]!, offsets[i + 1]!)));
}

function rehash(values: BytesValues, firsts: readonly number[], size: number): Int32Array<ArrayBuffer> {
  const slots = new Int32Array(size).fill(-1);
  for (const [entry, i] of firsts.entries()) {
    let slot = hash(values.data, values.offsets[i]!, values.offsets[i + 1]!) & (size - 1);
    while (slots[slot]! >= 0) slot = (slot + 1) & (size - 1);
    slots[slot] = entry;
  }
  return slots;
}

/** FNV-1a with its upper half folded in, because slots take the lower bits. */
function hash(data: Uint8Array, start: number, end: number): number {
  let value = 0x811c9dc5;
  for (let i = start; i < end; i++) value = Math.imul(value ^ data[i]!, 0x01000193);
  return value ^ (value >>> 15);
}

function sameValue(values: BytesValues, a: number, b: number): boolean {
  const { data, offsets } = values;
  const startA = offsets[a]!;
  const startB = offsets[b]!;
  const length = offsets[a + 1]! - startA;
  if (offsets[b + 1]! - startB !== length) return false;
  for (let i = 0; i < length; i++) if (data[startA + i] !== data[startB + i]) return false;
  return true;
}
