import type { FileMetaData } from 'hyparquet';
import { checkPagesOf } from '../parquet/checked-pages.ts';
import type { RandomAccess } from '../parquet/random-access.ts';

/**
 * Goes through the pages of a row group: headers, sizes, checksums where there are any.
 * @returns what is wrong, by column
 */
export function checkPages(
  access: RandomAccess,
  group: FileMetaData['row_groups'][number],
): Map<string, string> {
  const wrong = new Map<string, string>();
  for (const { meta_data } of group.columns) {
    const name = meta_data?.path_in_schema[0];
    if (meta_data === undefined || name === undefined) continue;
    const start = Number(meta_data.dictionary_page_offset ?? meta_data.data_page_offset);
    const end = start + Number(meta_data.total_compressed_size);
    try {
      checkPagesOf(new Uint8Array(access.slice(start, end)), Number(meta_data.num_values));
    } catch (error) {
      wrong.set(name, (error as Error).message);
    }
  }
  return wrong;
}
