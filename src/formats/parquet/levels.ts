import { ByteBuffer } from './byte-buffer.ts';
import { encodeHybrid, writeRepeated } from './encodings/hybrid.ts';
import type { Leaf } from './leaf.ts';
import type { Validity } from './values/validity.ts';

/**
 * Writes the repetition and definition levels of rows `from` to `to`, each behind its length, as data pages of
 * version 1 have them. Source: README.md, "Data Pages", "Nested Encoding"; Encodings.md, "Run Length Encoding".
 */
export function writeLevels(
  leaf: Leaf,
  validity: Validity,
  from: number,
  to: number,
  present: number,
  out: ByteBuffer,
): void {
  const flags = present === to - from ? null : validity.flags;
  if (!leaf.list) {
    if (leaf.nullable) out.withLength(() => flat(flags, from, to, out));
    return;
  }
  // Of a list: 1 below the list, 2 where it can be null itself. Lists have `perRow` elements, never none.
  const element = leaf.nullable ? 2 : 1;
  if (flags === null) {
    out.append(fullRows(to - from, leaf.perRow));
    out.withLength(() => writeRepeated(element, (to - from) * leaf.perRow, element, out));
    return;
  }
  const slots = present * leaf.perRow + (to - from - present);
  const repetition = new Uint8Array(slots).fill(1);
  const definition = new Uint8Array(slots).fill(element);
  let at = 0;
  for (let row = from; row < to; row++) {
    repetition[at] = 0;
    if (flags[row] === 0) definition[at++] = 0;
    else at += leaf.perRow;
  }
  out.withLength(() => encodeHybrid(repetition, 0, slots, 1, out));
  out.withLength(() => encodeHybrid(definition, 0, slots, 2, out));
}

/** The last result of {@link fullRows}: one page is like the other. */
let full = { rows: -1, perRow: -1, levels: new Uint8Array(0) };

/** Repetition levels, with their length, of rows that are not null: 0 begins a row, 1 goes on with it. */
function fullRows(rows: number, perRow: number): Uint8Array {
  if (full.rows !== rows || full.perRow !== perRow) {
    const repetition = new Uint8Array(rows * perRow).fill(1);
    for (let at = 0; at < repetition.length; at += perRow) repetition[at] = 0;
    const levels = new ByteBuffer();
    levels.withLength(() => encodeHybrid(repetition, 0, repetition.length, 1, levels));
    full = { rows, perRow, levels: levels.view() };
  }
  return full.levels;
}

function flat(flags: Uint8Array | null, from: number, to: number, out: ByteBuffer): void {
  if (flags === null) writeRepeated(1, to - from, 1, out);
  else encodeHybrid(flags, from, to, 1, out);
}
