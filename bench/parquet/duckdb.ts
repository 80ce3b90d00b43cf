import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { GROUP_ROWS } from './columns.ts';
import { writeOurs } from './ours.ts';
import { type FileWriter, timed } from './writer.ts';

/** COPY from a table in memory, on one thread. Its own choice of encodings: they cannot be named. */
export async function duckdb(): Promise<FileWriter> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    preserve_insertion_order: 'true',
  });
  const connection = await instance.connect();
  return {
    async prepare(columns) {
      const folder = mkdtempSync(join(tmpdir(), 'simtape-bench-'));
      const source = join(folder, 'source.parquet');
      await writeOurs(source, columns, false, 'none');
      await connection.run(`CREATE OR REPLACE TABLE held AS FROM '${source}'`);
      rmSync(folder, { recursive: true });
    },
    write(path, _, { split, compression }) {
      const codec = compression === 'zstd' ? 'zstd, COMPRESSION_LEVEL 1' : 'uncompressed';
      // Version 2 is DuckDB's name for the newer encodings, byte splitting among them.
      const version = split ? 'V2' : 'V1';
      const options = `FORMAT parquet, COMPRESSION ${codec}, ROW_GROUP_SIZE ${GROUP_ROWS}, PARQUET_VERSION ${version}`;
      return timed(async () => {
        await connection.run(`COPY held TO '${path}' (${options})`);
      });
    },
  };
}
