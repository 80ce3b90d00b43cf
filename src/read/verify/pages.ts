import { crc32 } from 'node:zlib';
import type { FileMetaData } from 'hyparquet';
import { readPageHeader } from '../parquet/page-header.ts';
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
      checkChunk(new Uint8Array(access.slice(start, end)));
    } catch (error) {
      wrong.set(name, (error as Error).message);
    }
  }
  return wrong;
}

function checkChunk(bytes: Uint8Array): void {
  let page = 0;
  for (let at = 0; at < bytes.length; ) {
    page++;
    const { headerBytes, pageBytes, crc } = readPageHeader(bytes, at);
    const body = bytes.subarray(at + headerBytes, at + headerBytes + pageBytes);
    if (body.length < pageBytes) throw new Error(`page ${page} reaches beyond its column`);
    if (crc !== null && crc !== crc32(body)) throw new Error(`page ${page} is not as it was written`);
    at += headerBytes + pageBytes;
  }
}
