import { SimtapeError } from '../../errors.ts';
import type { Batch, ParquetColumn } from './column.ts';
import { encodeColumnChunk } from './column-chunk.ts';
import { type Leaf, leafOf } from './leaf.ts';
import type { EncodedRowGroup } from './meta.ts';
import { type EncodingOptions, type Settings, settingsOf } from './options.ts';
import { rises } from './rising.ts';

/**
 * Encodes row groups of one schema, wherever they will stand: several encoders may work on several threads for
 * one {@link ParquetWriter}, which places their row groups one behind the other.
 */
export class RowGroupEncoder {
  readonly #leaves: readonly Leaf[];
  readonly #settings: Settings;

  /** Throws `InvalidSchema` or `InvalidConfig`. */
  constructor(columns: readonly ParquetColumn[], options: EncodingOptions = {}) {
    this.#settings = settingsOf(options);
    this.#leaves = leavesOf(columns, options);
  }

  /**
   * Encodes a batch. The result owns its memory.
   * @throws `InvalidBatch` where the batch does not fit the columns.
   */
  encode(batch: Batch): EncodedRowGroup {
    if (batch.columns.length !== this.#leaves.length) {
      const what = `a batch of ${batch.columns.length} columns for a file of ${this.#leaves.length}`;
      throw new SimtapeError('InvalidBatch', what, { column: '' });
    }
    const chunks: Uint8Array[] = [];
    const columns = this.#leaves.map((leaf, i) =>
      encodeColumnChunk(leaf, batch.rows, batch.columns[i]!, this.#settings, chunks),
    );
    return { rows: batch.rows, sorted: rises(this.#leaves[0]!, batch.columns[0]!), chunks, columns };
  }
}

/** How the columns of a file are stored. */
export function leavesOf(columns: readonly ParquetColumn[], options: EncodingOptions): Leaf[] {
  const names = new Set<string>();
  for (const { name } of columns) {
    if (names.has(name)) {
      throw new SimtapeError('InvalidSchema', `two Parquet columns are called ${name}`, { column: name });
    }
    names.add(name);
  }
  if (columns.length === 0) throw new SimtapeError('InvalidSchema', 'a Parquet file needs a column', {});
  return columns.map((column) => leafOf(column, options.codec !== undefined));
}
