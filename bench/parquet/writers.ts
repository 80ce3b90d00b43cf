import type { FileWriter } from './writer.ts';

export const OURS = 'simtape';
export const RAW = 'raw write, no format';
export const WASM = 'parquet-wasm';
export const PYARROW = 'pyarrow';

/** Those who write in JavaScript, by name. Each runs in a process of its own, which loads nothing of the others. */
export const WRITERS: Record<string, () => Promise<FileWriter>> = {
  [RAW]: async () => (await import('./ours.ts')).raw,
  [OURS]: async () => (await import('./ours.ts')).ours,
  [WASM]: async () => (await import('./parquet-wasm.ts')).parquetWasm(false),
  'parquet-wasm, with handing over the columns': async () =>
    (await import('./parquet-wasm.ts')).parquetWasm(true),
  'hyparquet-writer': async () => (await import('./hyparquet-writer.ts')).hyparquetWriter,
  'DuckDB COPY, its own encodings': async () => (await import('./duckdb.ts')).duckdb(),
};
