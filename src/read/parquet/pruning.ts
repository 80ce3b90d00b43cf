import type { ColumnChunk, FileMetaData, RowGroup } from 'hyparquet';
import { readColumnIndex, readOffsetIndex } from 'hyparquet/src/indexes.js';
import type { RowRange } from '../where/choose.ts';
import type { Condition } from '../where/conditions.ts';
import { mayMeet } from '../where/ranges.ts';
import { FOOTER_PARSERS } from './cells.ts';
import { boundsOf } from './footer.ts';
import { checkStruct } from './page-header.ts';
import type { RandomAccess } from './random-access.ts';

/** Whether rows of a row group can hold conditions, by the bounds that the footer keeps of its columns. */
export function groupMayHold(group: RowGroup, conditions: readonly Condition[]): boolean {
  return conditions.every((condition) => {
    const bounds = boundsOf(group, condition.column.name);
    return bounds === null || mayHold(condition, bounds.least, bounds.greatest);
  });
}

/**
 * Rows of a row group that can hold conditions, by the bounds of pages. Source: Parquet format, PageIndex.md.
 */
export function pagesThatMayHold(
  access: RandomAccess,
  { schema }: FileMetaData,
  group: RowGroup,
  conditions: readonly Condition[],
): readonly RowRange[] {
  let ranges: readonly RowRange[] = [[0, Number(group.num_rows)]];
  for (const condition of conditions) {
    const { name } = condition.column;
    const chunk = group.columns.find(({ meta_data }) => meta_data?.path_in_schema[0] === name);
    const element = schema.find((one) => one.name === name);
    if (chunk === undefined || element === undefined) continue;
    const columnIndex = bytesAt(access, chunk.column_index_offset, chunk.column_index_length);
    const offsetIndex = bytesAt(access, chunk.offset_index_offset, chunk.offset_index_length);
    if (columnIndex === null || offsetIndex === null) continue;
    const { min_values, max_values, null_pages } = readColumnIndex(
      columnIndex,
      element,
      FOOTER_PARSERS as object,
    );
    const { page_locations } = readOffsetIndex(offsetIndex);
    const kept: RowRange[] = [];
    for (const [page, { first_row_index }] of page_locations.entries()) {
      if (null_pages[page] || !mayHold(condition, min_values[page], max_values[page])) continue;
      const end = page_locations[page + 1]?.first_row_index ?? group.num_rows;
      kept.push([Number(first_row_index), Number(end)]);
    }
    ranges = intersection(ranges, kept);
  }
  return ranges;
}

function mayHold({ ranges }: Condition, least: unknown, greatest: unknown): boolean {
  // Null bounds are those of rows that all are null.
  if (least === null) return false;
  return !isNumber(least) || !isNumber(greatest) || mayMeet(ranges, least, greatest);
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === 'bigint' || (typeof value === 'number' && !Number.isNaN(value));
}

function bytesAt(
  access: RandomAccess,
  offset: ColumnChunk['column_index_offset'],
  length: number | undefined,
): { view: DataView; offset: number } | null {
  if (offset === undefined || length === undefined || length === 0) return null;
  const bytes = access.slice(Number(offset), Number(offset) + length);
  checkStruct(new Uint8Array(bytes));
  return { view: new DataView(bytes), offset: 0 };
}

/** Rows that are in both; neighbours of one list become one range. */
function intersection(a: readonly RowRange[], b: readonly RowRange[]): readonly RowRange[] {
  const both: [number, number][] = [];
  for (let i = 0, k = 0; i < a.length && k < b.length; ) {
    const [from, to] = [Math.max(a[i]![0], b[k]![0]), Math.min(a[i]![1], b[k]![1])];
    const last = both.at(-1);
    if (from < to) {
      if (last?.[1] === from) last[1] = to;
      else both.push([from, to]);
    }
    if (a[i]![1] < b[k]![1]) i++;
    else k++;
  }
  return both;
}
