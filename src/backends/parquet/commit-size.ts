import type { Commit, Slice } from '../commit.ts';

/** Bytes that a commit will take in builders, or a little more. */
export function commitBytes(commit: Commit): number {
  return commit.tables.reduce(
    (sum, { slices }) => sum + slices.reduce((bytes, slice) => bytes + sliceBytes(slice), 0),
    0,
  );
}

function sliceBytes(slice: Slice): number {
  const rows = slice.to - slice.from;
  let bytes = slice.plan.id === null ? 0 : rows * 8;
  for (const field of slice.layout.fields) {
    bytes += rows * (field.width * slice.views[field.view].BYTES_PER_ELEMENT + (field.valid < 0 ? 0 : 1));
    if (!field.inArena) continue;
    const lengths = slice.views.U32;
    for (let row = slice.from; row < slice.to; row++) {
      if (field.valid < 0 || slice.views.U8[field.valid + row] === 1)
        bytes += lengths[field.start + 2 * row + 1]!;
    }
  }
  return bytes;
}
