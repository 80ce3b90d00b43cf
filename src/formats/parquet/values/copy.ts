import { invalidBatch } from './invalid.ts';

/**
 * Copies the rows that are not null. Words, not doubles: a NaN that passes through a JavaScript number may lose
 * its payload.
 * @returns where the next value goes.
 */
export function compactWords(
  source: Uint32Array,
  flags: Uint8Array,
  wordsPerRow: number,
  target: Uint32Array,
  start: number,
): number {
  let at = start;
  for (let row = 0; row < flags.length; row++) {
    if (flags[row] === 0) continue;
    const from = row * wordsPerRow;
    for (let i = from; i < from + wordsPerRow; i++) target[at++] = source[i]!;
  }
  return at;
}

/** Copies 8 and 16-bit integers as 32-bit ones. */
export function widen(
  source: Int8Array | Int16Array | Uint8Array | Uint16Array,
  flags: Uint8Array | null,
  perRow: number,
  target: Uint32Array,
  start: number,
): number {
  if (flags === null) {
    for (let i = 0; i < source.length; i++) target[start + i] = source[i]!;
    return start + source.length;
  }
  let at = start;
  for (let row = 0; row < flags.length; row++) {
    if (flags[row] === 0) continue;
    for (let i = row * perRow; i < (row + 1) * perRow; i++) target[at++] = source[i]!;
  }
  return at;
}

/** Copies ids, which are safe integers in doubles, as 64-bit integers. */
export function splitIds(
  column: string,
  source: Float64Array,
  flags: Uint8Array | null,
  target: Uint32Array,
  start: number,
): number {
  let at = start;
  for (let row = 0; row < source.length; row++) {
    if (flags !== null && flags[row] === 0) continue;
    const id = source[row]!;
    const small = id | 0;
    if (small === id) {
      target[at++] = small;
      target[at++] = small >> 31;
      continue;
    }
    if (!Number.isSafeInteger(id)) throw invalidBatch(column, `${id} is no id, which is a safe integer`, row);
    target[at++] = id;
    target[at++] = Math.floor(id / 4294967296);
  }
  return at;
}

/** Copies small values below `limit`; -1 for one that is not. */
export function compactBytes(
  source: Uint8Array | Uint16Array,
  flags: Uint8Array | null,
  perRow: number,
  target: Uint8Array | Uint16Array,
  start: number,
  limit: number,
): number {
  if (flags === null) {
    for (let i = 0; i < source.length; i++) if (source[i]! >= limit) return -1;
    target.set(source, start);
    return start + source.length;
  }
  let at = start;
  for (let i = 0, row = 0; i < source.length; row++) {
    const end = i + perRow;
    if (flags[row] === 0) {
      i = end;
      continue;
    }
    for (; i < end; i++) {
      const value = source[i]!;
      if (value >= limit) return -1;
      target[at++] = value;
    }
  }
  return at;
}
