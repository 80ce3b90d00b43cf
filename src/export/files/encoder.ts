import type { TableBatch } from '../../read/reader.ts';
import type { StoredColumn } from '../../schema/plan.ts';
import type { Compression } from '../formats.ts';
import type { CsvOptions } from '../options.ts';

/** Makes the bytes of a file that holds one table. */
export interface TableEncoder {
  write(batch: TableBatch): readonly Uint8Array[];
  end(): readonly Uint8Array[];
}

/** What a file of one table is to hold. */
export interface FileContent {
  readonly columns: readonly StoredColumn[];
  /** What the file says of its table and runs, as JSON. */
  readonly metadata: string;
  readonly compression: Compression;
  readonly csv: CsvOptions;
}

/** Makes encoders: one for each file. */
export type EncoderFactory = (content: FileContent) => TableEncoder;
