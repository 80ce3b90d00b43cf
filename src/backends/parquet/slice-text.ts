import type { Slice } from '../commit.ts';

/** Bytes of text and bytes in rows `from` to `to` of a slice, or in those listed; or a little more. */
export function textBytes(
  { layout, views }: Slice,
  from: number,
  to: number,
  rows: Int32Array | null,
): number {
  const { U8, U32 } = views;
  const count = rows?.length ?? to - from;
  let bytes = 0;
  for (const { inArena, start, valid } of layout.fields) {
    if (!inArena) continue;
    for (let i = 0; i < count; i++) {
      const row = rows === null ? from + i : rows[i]!;
      if (valid < 0 || U8[valid + row] === 1) bytes += U32[start + 2 * row + 1]!;
    }
  }
  return bytes;
}
