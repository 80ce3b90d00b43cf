import { arrowRs } from './arrow-rs.ts';
import { duckdb } from './duckdb.ts';
import { hyparquet } from './hyparquet.ts';
import type { ParquetReader } from './reader.ts';

/** Every reader of Parquet that npm has. Those of Python have their turn in `test/interop`. */
export const READERS: readonly ParquetReader[] = [hyparquet, duckdb, arrowRs];
