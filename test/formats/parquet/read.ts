import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { ParquetColumn } from '../../../src/formats/parquet/index.ts';
import { spell } from '../../support/parquet-cells.ts';

export function bufferOf(file: Uint8Array): ArrayBuffer {
  return file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength) as ArrayBuffer;
}

// Not fatal: hyparquet shows bounds of bytes as text too.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** All rows by hyparquet, with values that nothing has been rounded from. */
export async function readRows(file: Uint8Array, options: object = {}): Promise<Record<string, unknown>[]> {
  return await parquetReadObjects({
    file: bufferOf(file),
    compressors,
    utf8: false,
    parsers: {
      timestampFromNanoseconds: (nanoseconds: bigint) => nanoseconds as never,
      jsonFromBytes: (bytes: Uint8Array) => bytes && decoder.decode(bytes),
      stringFromBytes: (bytes: Uint8Array) => bytes && decoder.decode(bytes),
    },
    ...options,
  });
}

/** A column of the file, spelled. */
export async function readColumn(
  file: Uint8Array,
  column: ParquetColumn,
  options?: object,
): Promise<unknown[]> {
  const rows = await readRows(file, options);
  return rows.map((row) => spell(column, row[column.name]));
}

export function metadataOf(file: Uint8Array): ReturnType<typeof parquetMetadata> {
  return parquetMetadata(bufferOf(file));
}
