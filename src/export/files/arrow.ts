import * as arrow from 'apache-arrow';
import { registerZstd } from '../../read/arrow/zstd.ts';
import type { TableBatch } from '../../read/reader.ts';
import { ChunkWriter } from '../arrow/chunk-writer.ts';
import { arrowData } from '../arrow/data.ts';
import { arrowSchema } from '../arrow/types.ts';
import type { Compression } from '../formats.ts';
import type { EncoderFactory } from './encoder.ts';

/** Arrow IPC files ("Feather version 2"), a record batch for each batch. */
export async function arrowEncoders(compression: Compression): Promise<EncoderFactory> {
  if (compression.name === 'zstd') registerZstd(compression.level);
  return ({ columns, metadata }) => {
    const schema = arrowSchema(columns, new Map([['simtape', metadata]]));
    const writer = new ChunkWriter(compression);
    writer.reset(undefined, schema);
    const labels = columns.map((column) =>
      column.labels === undefined ? undefined : arrow.vectorFromArray(column.labels, new arrow.Utf8()),
    );
    return {
      write({ rows, columns: data }: TableBatch) {
        const children = columns.map((column, i) =>
          arrowData(column, schema.fields[i]!.type, data[column.name]!, labels[i]),
        );
        const type = new arrow.Struct(schema.fields);
        const struct = arrow.makeData({ type, length: rows, nullCount: 0, children });
        writer.write(new arrow.RecordBatch(schema, struct));
        return writer.take();
      },
      end() {
        writer.finish();
        return writer.take();
      },
    };
  };
}
