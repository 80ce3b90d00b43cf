import type { Run, TableBatch, TableInfo } from '../reader.ts';

/** One table of one run, as SQL gets at it. */
export interface SqlTable {
  readonly info: TableInfo;
  /**
   * Parquet files whose rows are the table's as they stand, and rows that are in none of them.
   * @param columns of those rows that are wanted; null for all. Of a run that `reads` its rows, others are left out
   */
  parts(
    columns: readonly string[] | null,
  ): Promise<{ readonly files: readonly string[]; readonly rest: AsyncIterable<TableBatch> | null }>;
}

/** One run, as SQL gets at it. */
export interface SqlRun {
  readonly run: Run;
  /** The file or folder that it is in. */
  readonly path: string;
  readonly format: string;
  readonly tables: readonly SqlTable[];
  /** Whether rows have to be read for SQL, so that it is worth while to know which columns a statement needs. */
  readonly reads: boolean;
  /** All Parquet files of the run: nothing else is read. */
  readonly files: readonly string[];
}

/** Columns that a statement reads, by the names of tables in lower case. */
export type Needed = ReadonlyMap<string, ReadonlySet<string>>;
