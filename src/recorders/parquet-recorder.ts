import type { RecorderConfig } from '../config/recorder-config.ts';
import { SimtapeError } from '../errors.ts';
import type { Table } from '../record/table.ts';
import { defineTable, type RowOf } from '../schema/table.ts';
import type { Column, TableSchema } from '../schema/types.ts';
import { BaseRecorder } from './base-recorder.ts';
import { columnOf, type Dtype, type DtypeSchema } from './dtypes.ts';
import { ownConfig } from './own-backend.ts';

/** Records to Parquet: a folder for each run, a file for each episode. */
export class ParquetRecorder extends BaseRecorder {
  #batchTable: Table | null = null;

  constructor(config: RecorderConfig = {}) {
    super(ownConfig('parquet', config));
  }

  /**
   * Makes a table of columns that are named by dtypes, for {@link writeBatch} and for its own `append`. For units,
   * references and vectors there are `defineTable` and `table`.
   *
   * @example recorder.createTable({ sensor: 'string', value: 'float64', image: 'uint8[256]' }, { name: 'readings' })
   * @throws `InvalidSchema` for a type that there is not, or a bad name
   */
  createTable<const S extends Readonly<Record<string, Dtype>>>(
    schema: S,
    { name = 'data', description }: { name?: string; description?: string } = {},
  ): Table<DtypeSchema<S>> {
    const columns: Record<string, Column> = {};
    for (const [column, dtype] of Object.entries(schema)) columns[column] = columnOf(name, column, dtype);
    const options = description === undefined ? {} : { description };
    const table = this.table(defineTable(name, columns, options));
    this.#batchTable = table;
    return table as unknown as Table<DtypeSchema<S>>;
  }

  /**
   * Records rows of a table, the one that `createTable` made last unless another is given. Where one is refused, the ones
   * before it are recorded and the error names the value.
   *
   * @returns how many rows were taken: fewer than there are where the overflow policy dropped some
   */
  writeBatch<T extends TableSchema = TableSchema>(rows: readonly RowOf<T>[], table?: Table<T>): number {
    const target = (table ?? this.#batchTable) as Table<T> | null;
    if (target === null) {
      throw new SimtapeError(
        'InvalidSchema',
        'there is no table to write a batch to: call createTable first',
        {},
      );
    }
    let taken = 0;
    for (const row of rows) if (target.append(row) > 0) taken++;
    return taken;
  }

  /** Resolves once all rows so far are stored. A file gets its name when it is complete; until then they are in the journal. */
  flushBuffer(): Promise<void> {
    return this.flush();
  }
}
