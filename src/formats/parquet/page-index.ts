import { BOUNDARY } from './codes.ts';
import type { Leaf } from './leaf.ts';
import type { ColumnIndex, PageLocation } from './meta.ts';
import { type Bound, type Bounds, isLess } from './statistics/bounds.ts';
import { type Statistics, storeBounds } from './statistics/stored.ts';
import { ThriftWriter } from './thrift.ts';

/** What is known of one data page. */
export interface PageSummary {
  readonly bounds: Bounds;
  /** Slots that are null. */
  readonly nulls: number;
  readonly slots: number;
}

const EMPTY = new Uint8Array(0);

/**
 * Makes the column index of a chunk, or null where it must not have one: every page needs bounds, and a page that
 * holds NaN, or text that no shorter text is greater than, has none.
 * Source: `parquet.thrift`, `ColumnIndex`; PageIndex.md.
 * @param chunk statistics of the whole chunk
 */
export function columnIndex(
  leaf: Leaf,
  pages: readonly PageSummary[],
  chunk: Statistics,
): ColumnIndex | null {
  const stored =
    pages.length === 1 ? [chunk] : pages.map((page) => storeBounds(leaf, page.bounds, page.nulls));
  const nullPages = pages.map((page) => page.nulls === page.slots);
  if (stored.some(({ min, max }, i) => !nullPages[i] && (min === undefined || max === undefined)))
    return null;
  const min = stored.map((page) => page.min?.bytes ?? EMPTY);
  const max = stored.map((page) => page.max?.bytes ?? EMPTY);
  const floats = leaf.physical === 'DOUBLE' || leaf.physical === 'FLOAT';
  // Cut text is compared as it is stored, because cutting does not keep the order of upper bounds.
  const isText = leaf.physical === 'BYTE_ARRAY';
  const filled = [...pages.keys()].filter((i) => !nullPages[i]);
  const lower = filled.map((i) => (isText ? min[i]! : pages[i]!.bounds.min!));
  const upper = filled.map((i) => (isText ? max[i]! : pages[i]!.bounds.max!));
  return {
    nullPages,
    min,
    max,
    order: orderOf(lower, upper),
    nulls: pages.map((page) => page.nulls),
    nans: floats ? pages.map((page) => page.bounds.nans) : null,
  };
}

function orderOf(lower: readonly Bound[], upper: readonly Bound[]): keyof typeof BOUNDARY {
  const steps = (wrong: (a: Bound, b: Bound) => boolean) =>
    [lower, upper].every((bounds) => bounds.every((bound, i) => i === 0 || !wrong(bounds[i - 1]!, bound)));
  if (steps((a, b) => isLess(b, a))) return 'ASCENDING';
  return steps((a, b) => isLess(a, b)) ? 'DESCENDING' : 'UNORDERED';
}

export function writeColumnIndex(index: ColumnIndex): Uint8Array {
  const out = new ThriftWriter();
  out.bools(1, index.nullPages);
  out.binaries(2, index.min);
  out.binaries(3, index.max);
  out.i32(4, BOUNDARY[index.order]);
  out.i64s(5, index.nulls);
  if (index.nans !== null) out.i64s(8, index.nans);
  return out.finish();
}

/** Writes the offset index of a chunk that begins at byte `start` of the file. Source: `OffsetIndex`. */
export function writeOffsetIndex(pages: readonly PageLocation[], start: number): Uint8Array {
  const out = new ThriftWriter();
  out.structs(1, pages, (page) => {
    out.i64(1, start + page.offset);
    out.i32(2, page.size);
    out.i64(3, page.firstRow);
  });
  return out.finish();
}
