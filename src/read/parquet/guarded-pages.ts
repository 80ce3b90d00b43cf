import type { AsyncBuffer, ColumnMetaData, FileMetaData } from 'hyparquet';
import { MOST_ROW_GROUP_VALUES } from '../../backends/parquet/options.ts';
import { checkPagesOf } from './checked-pages.ts';
import { checkStruct } from './page-header.ts';
import type { RandomAccess } from './random-access.ts';

/** Values of a row group at the most: those that the recorder's option allows, and as many again, since it ends with whole slices. */
const MOST_GROUP_VALUES = 2 * MOST_ROW_GROUP_VALUES;

/** Where the pages of a column of a row group stand. */
interface Place {
  readonly start: number;
  readonly end: number;
  readonly values: number;
}

/**
 * The same file, whose pages are looked at before hyparquet sees them: it takes memory for as many values as a page's
 * header says that there are, and goes through them all before it finds out that they are not there.
 *
 * @param rowFrom first row that is going to be read
 * @param rowTo end of the rows that are going to be read
 */
export function guardedPages(
  access: RandomAccess,
  { row_groups }: FileMetaData,
  rowFrom: number,
  rowTo: number,
): AsyncBuffer {
  const places: Place[] = [];
  let first = 0;
  for (const { num_rows, columns } of row_groups) {
    const end = first + Number(num_rows);
    if (first < rowTo && end > rowFrom)
      for (const { meta_data } of columns) if (meta_data !== undefined) places.push(placeOf(meta_data));
    first = end;
  }
  return {
    byteLength: access.byteLength,
    slice(start, end) {
      const bytes = access.slice(start, end);
      let hasPages = false;
      for (const place of places) {
        const from = Math.max(start, place.start);
        const to = Math.min(start + bytes.byteLength, place.end);
        if (from >= to) continue;
        hasPages = true;
        checkPagesOf(new Uint8Array(bytes, from - start, to - from), place.values);
      }
      // Else it is where pages begin.
      if (!hasPages) checkStruct(new Uint8Array(bytes));
      return bytes;
    },
  };
}

/** Throws where the row groups of a footer have more values than any that is recorded. */
export function checkRowCounts({ row_groups }: FileMetaData): void {
  for (const { num_rows, columns } of row_groups) {
    const values = columns.reduce((sum, { meta_data }) => sum + Number(meta_data?.num_values ?? 0), 0);
    if (num_rows < 0n || Math.max(Number(num_rows), values) > MOST_GROUP_VALUES)
      throw new Error(`a row group has ${num_rows} rows with ${values} values`);
  }
}

function placeOf(column: ColumnMetaData): Place {
  const start = Number(column.dictionary_page_offset || column.data_page_offset);
  const end = start + Number(column.total_compressed_size);
  return { start, end, values: Number(column.num_values) };
}
