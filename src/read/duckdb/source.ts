import type { Run, TableBatch, TableInfo } from '../reader.ts';

/** One table of one run, as SQL gets at it. */
export interface SqlTable {
  readonly info: TableInfo;
  /** Parquet files whose rows are the table's as they stand, and rows that are in none of them. */
  parts(): Promise<{ readonly files: readonly string[]; readonly rest: AsyncIterable<TableBatch> | null }>;
}

/** One run, as SQL gets at it. */
export interface SqlRun {
  readonly run: Run;
  /** The file or folder that it is in. */
  readonly path: string;
  readonly format: string;
  readonly tables: readonly SqlTable[];
  /** All Parquet files of the run: nothing else is read. */
  readonly files: readonly string[];
}
