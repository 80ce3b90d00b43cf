import { elementBytes, isInArena, type SegmentLayout, viewOf, widthOf } from '../buffer/layout.ts';
import type { StoredColumn } from '../schema/plan.ts';
import { aligned } from './format.ts';

/**
 * Rows in the journal: an image of the segment that they stood in, cut down to these rows. The payload of a record of
 * rows is images one behind another:
 *
 * | byte | type | |
 * |---|---|---|
 * | 0 | u32 | number of the plan that the rows were appended with |
 * | 4 | u32 | number of the newest plan of their table |
 * | 8 | u32 | rows |
 * | 12 | u32 | where the arena block stood in the segment, in bytes; offsets of texts count from the same byte |
 * | 16 | f64 | id of the first row |
 * | 24 | u64 | bytes of the whole image |
 * | 32 | u32 | bytes of the arena block |
 * | 36 | u32 | 0 |
 * | 40 | | for each column: its elements, then one byte a row of validity where it is nullable; padded to eight bytes |
 * | | | the arena block, padded to eight bytes |
 *
 * An arena value is (u32 offset, u32 bytes). JSON stands in the block as `TAG_RAW` (src/buffer/tags.ts), its length
 * and its text, so that no shapes are needed to read it.
 */
export const IMAGE_HEADER_BYTES = 40;

/** Where the columns of an image stand; the arena block follows at `arena`. */
export function imageLayout(columns: readonly StoredColumn[], rows: number): SegmentLayout {
  let offset = IMAGE_HEADER_BYTES;
  const fields = columns.map((column) => {
    const view = viewOf(column);
    const bytes = elementBytes(view);
    const width = widthOf(column);
    const start = offset / bytes;
    offset += rows * width * bytes;
    const valid = column.nullable ? offset : -1;
    offset = aligned(column.nullable ? offset + rows : offset);
    return { view, start, width, valid, inArena: isInArena(column) };
  });
  return { rows, fields, arena: offset, arenaBytes: 0 };
}
