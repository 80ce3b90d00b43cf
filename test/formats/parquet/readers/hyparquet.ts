import { spell } from '../../../support/parquet-cells.ts';
import { readRows } from '../read.ts';
import type { ParquetReader } from './reader.ts';

export const hyparquet: ParquetReader = {
  name: 'hyparquet',
  async read(file, columns) {
    const rows = await readRows(file);
    return columns.map((column) => rows.map((row) => spell(column, row[column.name])));
  },
};
