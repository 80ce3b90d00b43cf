import type { Slice } from '../commit.ts';

/** Bytes of text and bytes in rows `from` to `to` of a slice, or a little more. */
export function textBytes({ layout, views }: Slice, from: number, to: number): number {
  let bytes = 0;
  for (const { inArena, start, valid } of layout.fields) {
    if (!inArena) continue;
    for (let row = from; row < to; row++) {
      if (valid < 0 || views.U8[valid + row] === 1) bytes += views.U32[start + 2 * row + 1]!;
    }
  }
  return bytes;
}
