import type { PlainError } from '../../errors.ts';
import type { ParquetColumn } from '../../formats/parquet/index.ts';
import type { RowGroup } from './row-group.ts';
import type { RowImage } from './row-image.ts';

/** What an encoder thread starts with. */
export interface EncoderSetup {
  readonly compression: string;
  readonly level: number | undefined;
  /** One word, which counts answers of all threads. */
  readonly answers: SharedArrayBuffer;
}

export interface EncoderQuestion {
  readonly number: number;
  readonly columns: readonly ParquetColumn[];
  /** Over shared memory, which does not change before the answer. */
  readonly image: RowImage;
}

export type EncoderAnswer =
  | { readonly number: number; readonly group: Omit<RowGroup, 'outcomes'> }
  | { readonly number: number; readonly error: PlainError };
