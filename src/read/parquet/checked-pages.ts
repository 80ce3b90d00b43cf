import { crc32 } from 'node:zlib';
<<<<<<< HEAD
import type { AsyncBuffer, FileMetaData } from 'hyparquet';
import { checkStruct, readPageHeader } from './page-header.ts';
=======
import { readPageHeader } from './page-header.ts';
>>>>>>> main

/** Values of a page at the most: simtape's have 2^17 rows, or one row of an array. */
const MOST_VALUES = 2 ** 24;
/** Bytes of a page that is decompressed; it has 1 MiB, or one value. */
const MOST_BYTES = 2 ** 30;
/** More than that is not taken of a page that is compressed to a hundredth or less: it was made to use up memory. */
const MOST_INFLATED = 256 * 2 ** 20;
const INFLATION = 100;
/** Most values of a page: simtape's have 2^17 rows, or one row of an array. */
const MOST_VALUES = 2 ** 24;
/** Most values of a row group, as the recorder's option has it. */
const MOST_GROUP_VALUES = 2 ** 30;

<<<<<<< HEAD
/** A column chunk. */
interface Chunk {
  readonly start: number;
  readonly end: number;
  readonly values: number;
}

/**
 * A file for hyparquet, which believes what page headers say: counts that cannot be make it busy for seconds, or take
 * memory without end. Pages are looked at before it gets them: their sizes, their counts, their checksums.
 */
export class CheckedPages implements AsyncBuffer {
  readonly byteLength: number;
  readonly #file: { readonly byteLength: number; slice(start: number, end?: number): ArrayBuffer };
  readonly #chunks: readonly Chunk[];

  /** @param names columns that are read, of rows `from` to `to` */
  constructor(
    file: { readonly byteLength: number; slice(start: number, end?: number): ArrayBuffer },
    { row_groups: groups }: FileMetaData,
    names: ReadonlySet<string>,
    from: number,
    to: number,
  ) {
    this.byteLength = file.byteLength;
    this.#file = file;
    const chunks: Chunk[] = [];
    let row = 0;
    for (const { num_rows, columns } of groups) {
      const start = row;
      row += Number(num_rows);
      if (row <= from || start >= to) continue;
      for (const { meta_data } of columns) {
        if (meta_data !== undefined && names.has(meta_data.path_in_schema[0]!))
          chunks.push(chunkOf(meta_data));
      }
    }
    this.#chunks = chunks.sort((a, b) => a.start - b.start);
  }

  slice(start: number, end?: number): ArrayBuffer {
    const buffer = this.#file.slice(start, end);
    const bytes = new Uint8Array(buffer);
    const last = start + bytes.length;
    let hasPages = false;
    for (const chunk of this.#chunks) {
      if (chunk.start >= last) break;
      if (chunk.end <= start) continue;
      hasPages = true;
      // Chunks that are read together, or whole pages of one.
      const from = Math.max(0, chunk.start - start);
      checkPagesOf(bytes.subarray(from, Math.min(bytes.length, chunk.end - start)), chunk.values);
    }
    // Else it says where pages begin.
    if (!hasPages) checkStruct(bytes);
    return buffer;
  }
}

/** Throws where the row groups of a footer have more values than any that is recorded. */
export function checkRowCounts({ row_groups }: FileMetaData): void {
  for (const { num_rows, columns } of row_groups) {
    const values = columns.reduce((sum, { meta_data }) => sum + Number(meta_data?.num_values ?? 0), 0);
    if (num_rows < 0n || Math.max(Number(num_rows), values) > MOST_GROUP_VALUES)
      throw new Error(`a row group has ${num_rows} rows with ${values} values`);
  }
}

type ColumnMetaData = NonNullable<FileMetaData['row_groups'][number]['columns'][number]['meta_data']>;

function chunkOf({
  dictionary_page_offset,
  data_page_offset,
  total_compressed_size,
  num_values,
}: ColumnMetaData): Chunk {
  const start = Number(dictionary_page_offset || data_page_offset);
  return { start, end: start + Number(total_compressed_size), values: Number(num_values) };
}

=======
>>>>>>> main
/**
 * Goes through pages that stand one behind another.
 * @param values how many their column chunk has at most
 * @throws where a header, a count, a size or a checksum is wrong
 */
export function checkPagesOf(bytes: Uint8Array, values: number): void {
  let page = 0;
  let left = values;
  for (let at = 0; at < bytes.length; ) {
    page++;
    const header = readPageHeader(bytes, at);
    const { headerBytes, pageBytes, plainBytes, crc } = header;
    const body = bytes.subarray(at + headerBytes, at + headerBytes + pageBytes);
    if (body.length < pageBytes) throw new Error(`page ${page} reaches beyond its column`);
    if (crc !== null && crc !== crc32(body)) throw new Error(`page ${page} is not as it was written`);
    if (header.values > Math.min(MOST_VALUES, header.isDictionary ? values : left)) {
<<<<<<< HEAD
      throw new Error(`page ${page} has ${header.values} values, more than it can have`);
=======
      throw new Error(`page ${page} has ${header.values} values, more than there can be`);
>>>>>>> main
    }
    if (plainBytes > MOST_BYTES || (plainBytes > MOST_INFLATED && plainBytes > INFLATION * pageBytes)) {
      throw new Error(`page ${page} has ${pageBytes} bytes that are to become ${plainBytes}`);
    }
    if (!header.isDictionary) left -= header.values;
    at += headerBytes + pageBytes;
  }
}
