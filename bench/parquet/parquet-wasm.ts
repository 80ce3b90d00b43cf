import { writeFileSync } from 'node:fs';
import {
  Compression,
  EnabledStatistics,
  Encoding,
  Table,
  type WriterProperties,
  WriterPropertiesBuilder,
  WriterVersion,
  writeParquet,
} from 'parquet-wasm';
import { STATE } from '../state.ts';
import { arrowStream } from './arrow.ts';
import { type Columns, GROUP_ROWS } from './columns.ts';
import { type Condition, type FileWriter, type Taken, timed } from './writer.ts';

/** arrow-rs in WebAssembly. It starts from a table in its own memory; what it takes to get there is in one figure. */
export function parquetWasm(handing: boolean): FileWriter {
  return {
    async write(path, columns, condition): Promise<Taken> {
      const properties = propertiesOf(condition);
      if (handing) return timed(() => writeFileSync(path, writeParquet(handOver(columns), properties)));
      const table = handOver(columns);
      return timed(() => writeFileSync(path, writeParquet(table, properties)));
    },
  };
}

function handOver(columns: Columns): Table {
  return Table.fromIPCStream(arrowStream(columns));
}

function propertiesOf({ split, compression }: Condition): WriterProperties {
  let builder = new WriterPropertiesBuilder()
    .setWriterVersion(WriterVersion.V1)
    .setCompression(compression === 'zstd' ? Compression.ZSTD : Compression.UNCOMPRESSED)
    .setMaxRowGroupSize(GROUP_ROWS)
    .setStatisticsEnabled(EnabledStatistics.Page)
    .setDictionaryEnabled(false)
    .setEncoding(Encoding.PLAIN)
    .setColumnEncoding('id', Encoding.DELTA_BINARY_PACKED)
    .setColumnEncoding('step', Encoding.DELTA_BINARY_PACKED)
    .setColumnDictionaryEnabled('label', true);
  if (split) for (const name of STATE) builder = builder.setColumnEncoding(name, Encoding.BYTE_STREAM_SPLIT);
  return builder.build();
}
