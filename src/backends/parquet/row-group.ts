import { crc32 } from 'node:zlib';
import type { Codec } from '../../formats/parquet/index.ts';
import {
  type Batch,
  type EncodedRowGroup,
  type ParquetColumn,
  RowGroupEncoder,
} from '../../formats/parquet/index.ts';
import { type ColumnFacts, factsOf } from './column-facts.ts';
import type { Outcome } from './outcomes.ts';

/** What a row group's own statistics do not have. */
export interface GroupNotes {
  readonly facts: readonly ColumnFacts[];
  readonly outcomes: readonly Outcome[];
}

export interface RowGroup extends GroupNotes {
  readonly encoded: EncodedRowGroup;
}

/** An encoder as all files of a run use it: every page carries its checksum. */
export function encoderFor(columns: readonly ParquetColumn[], codec: Codec | undefined): RowGroupEncoder {
  return new RowGroupEncoder(columns, { codec, crc32 });
}

/** Encodes rows, and works out what the row group's own statistics do not have. */
export function encodeRows(
  encoder: RowGroupEncoder,
  columns: readonly ParquetColumn[],
  batch: Batch,
): Omit<RowGroup, 'outcomes'> {
  const encoded = encoder.encode(batch);
  return { encoded, facts: factsOf(columns, batch, encoded) };
}
