import { elementBytes, type SegmentLayout, viewOf } from '../buffer/layout.ts';
import type { Views } from '../buffer/segment.ts';
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
    const inArena = column.kind === 'utf8' || column.kind === 'json' || column.kind === 'bytes';
    const width = inArena ? 2 : (column.length ?? 1);
    const start = offset / bytes;
    offset += rows * width * bytes;
    const valid = column.nullable ? offset : -1;
    offset = aligned(column.nullable ? offset + rows : offset);
    return { view, start, width, valid, inArena };
  });
  return { rows, fields, arena: offset, arenaBytes: 0 };
}

/** Views over an image that starts on a multiple of eight bytes of its buffer. */
export function imageViews(bytes: Uint8Array): Views {
  const { buffer, byteOffset, length } = bytes;
  return {
    F64: new Float64Array(buffer, byteOffset, length / 8),
    F32: new Float32Array(buffer, byteOffset, length / 4),
    I8: new Int8Array(buffer, byteOffset, length),
    U8: bytes,
    I16: new Int16Array(buffer, byteOffset, length / 2),
    U16: new Uint16Array(buffer, byteOffset, length / 2),
    I32: new Int32Array(buffer, byteOffset, length / 4),
    U32: new Uint32Array(buffer, byteOffset, length / 4),
    I64: new BigInt64Array(buffer, byteOffset, length / 8),
    U64: new BigUint64Array(buffer, byteOffset, length / 8),
    data: new DataView(buffer, byteOffset, length),
  };
}
