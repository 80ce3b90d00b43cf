import { closeSync, openSync, writeSync, writevSync } from 'node:fs';
import { codecFor } from '../../src/backends/codecs/codec-for.ts';
import { freeChunks, ParquetWriter } from '../../src/formats/parquet/index.ts';
import { batchOf, type Columns, GROUP_ROWS, parquetColumns } from './columns.ts';
import { type FileWriter, type Taken, timed } from './writer.ts';

/** Writes a file with our encoder, row group by row group, as the backend does. */
export async function writeOurs(
  path: string,
  columns: Columns,
  split: boolean,
  compression: string,
  level?: number,
): Promise<Taken> {
  const codec = await codecFor(compression, level);
  return timed(() => {
    const writer = new ParquetWriter({ columns: parquetColumns(split), codec });
    const file = openSync(path, 'w');
    for (let from = 0; from < columns.rows; from += GROUP_ROWS) {
      const batch = batchOf(columns, from, Math.min(from + GROUP_ROWS, columns.rows));
      const chunks = writer.writeRowGroup(batch);
      writevSync(file, chunks);
      freeChunks(chunks);
    }
    writevSync(file, writer.finish());
    closeSync(file);
  });
}

export const ours: FileWriter = {
  write: (path, columns, { split, compression, level }) =>
    writeOurs(path, columns, split, compression, level),
};

/** The memory of the columns and nothing else: what the disk and the kernel take. */
export const raw: FileWriter = {
  write: (path, { rows, ids, steps, numbers, codes }) =>
    timed(() => {
      const file = openSync(path, 'w');
      for (let from = 0; from < rows; from += GROUP_ROWS) {
        for (const values of [ids, steps, ...numbers, codes])
          writeSync(file, values.subarray(from, from + GROUP_ROWS));
      }
      closeSync(file);
    }),
};
