import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

/** How DuckDB writes the formats that it has without an extension. */
export const COPIES: Readonly<Record<string, string>> = {
  parquet: 'FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1',
  csv: 'FORMAT csv, HEADER',
  json: 'FORMAT json, ARRAY true',
  ndjson: 'FORMAT json',
};

/** DuckDB with one thread, as ours has one. */
export async function openDuckdb(): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  return instance.connect();
}

/** Copies the rows of a run's episodes, in the order in which they were recorded, into one file. */
export async function copySteps(
  connection: DuckDBConnection,
  run: string,
  path: string,
  format: string,
): Promise<void> {
  const steps = `read_parquet('${run}/episodes/trajectory_ep_*.parquet', union_by_name = true)`;
  await connection.run(`COPY (SELECT * FROM ${steps} ORDER BY step_id) TO '${path}' (${COPIES[format]})`);
}
