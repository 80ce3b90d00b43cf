import { crc32 } from 'node:zlib';
import { codecFor } from '../../backends/codecs/codec-for.ts';
import { METADATA_KEY } from '../../backends/parquet/file-metadata.ts';
import { type ColumnSlice, type NumberArray, ParquetWriter } from '../../formats/parquet/index.ts';
import type { ColumnData, TableBatch } from '../../read/reader.ts';
import type { StoredColumn } from '../../schema/plan.ts';
import { version } from '../../writer/version.ts';
import type { Compression } from '../formats.ts';
import { validBytes } from '../take-rows.ts';
import type { EncoderFactory } from './encoder.ts';
import { elementArray, labelCodes } from './numbers.ts';

/** Parquet, a row group for each batch. */
export async function parquetEncoders({ name, level }: Compression): Promise<EncoderFactory> {
  const codec = await codecFor(name, level);
  return ({ columns, metadata }) => {
    const createdBy = `simtape version ${version()}`;
    const writer = new ParquetWriter({ columns, codec, crc32, createdBy });
    return {
      write: ({ rows, columns: data }: TableBatch) =>
        writer.writeRowGroup({
          rows,
          columns: columns.map((column) => [sliceOf(column, data[column.name]!)]),
        }),
      end: () => writer.finish({ [METADATA_KEY]: metadata }),
    };
  };
}

function sliceOf(column: StoredColumn, data: ColumnData): ColumnSlice {
  const { values } = data;
  const rows = values.length;
  const validity = data.nulls === 0 ? undefined : validBytes(data);
  switch (column.kind) {
    case 'utf8':
    case 'json':
    case 'bytes':
      return { rows, validity, values: values as readonly (string | Uint8Array | null)[] };
    case 'bool':
      return { rows, validity, values: Uint8Array.from(values as readonly (boolean | null)[], Number) };
    case 'enum':
      return { rows, validity, values: labelCodes(column, values as readonly (string | null)[]) };
    case 'array':
      return { rows, validity, values: elementArray(column, values as never) };
    default:
      return { rows, validity, values: values as NumberArray };
  }
}
