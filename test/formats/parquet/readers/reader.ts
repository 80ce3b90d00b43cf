import type { ParquetColumn } from '../../../../src/formats/parquet/index.ts';

/** A program that reads Parquet and is not ours. */
export interface ParquetReader {
  readonly name: string;
  /** The cells of each column, spelled. */
  read(file: Uint8Array, columns: readonly ParquetColumn[]): Promise<unknown[][]>;
  /** Whether it is known to refuse this column, with the reason at its definition. */
  refuses?(column: ParquetColumn): boolean;
  /** What this reader makes of a spelled cell where it cannot hold it, with the reason at its definition. */
  known?(column: ParquetColumn, spelled: unknown): unknown;
}
