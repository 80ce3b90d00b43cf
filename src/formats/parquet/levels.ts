import type { ByteBuffer } from './byte-buffer.ts';
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
    if (leaf.nullable) withLength(out, () => flat(flags, from, to, out));
    return;
  }
  const slots = present * leaf.perRow + (to - from - present);
  const repetition = new Uint8Array(slots);
  // Of a list: 0 begins a row, 1 goes on with it. Lists are null or have `perRow` elements, never none.
  const present1 = leaf.nullable ? 2 : 1;
  const definition = flags === null ? null : new Uint8Array(slots).fill(present1);
  let at = 0;
  repetition.fill(1);
  for (let row = from; row < to; row++) {
    repetition[at] = 0;
    if (definition !== null && flags![row] === 0) definition[at++] = 0;
    else at += leaf.perRow;
  }
  withLength(out, () => encodeHybrid(repetition, 0, slots, 1, out));
  withLength(out, () => {
    if (definition === null) writeRepeated(present1, slots, present1, out);
    else encodeHybrid(definition, 0, slots, 2, out);
  });
}

function flat(flags: Uint8Array | null, from: number, to: number, out: ByteBuffer): void {
  if (flags === null) writeRepeated(1, to - from, 1, out);
  else encodeHybrid(flags, from, to, 1, out);
}

function withLength(out: ByteBuffer, write: () => void): void {
  const start = out.length;
  out.uint32(0);
  write();
  out.setUint32(start, out.length - start - 4);
}
