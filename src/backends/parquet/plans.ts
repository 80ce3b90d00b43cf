import type { ParquetColumn } from '../../formats/parquet/index.ts';
import type { TablePlan } from '../../schema/plan.ts';
import { NO_FIELD, ROW_ID, storedColumns } from '../files/plans.ts';
import type { ParquetOptions } from './options.ts';
import type { Sources } from './row-builder.ts';

/** The columns of a table's files with the encodings that the configuration asks for. */
export function parquetColumns(
  plan: TablePlan,
  encodings: ParquetOptions['encodings'],
): readonly ParquetColumn[] {
  return storedColumns(plan).map((column) => {
    const encoding = encodings[`${plan.name}.${column.name}`] ?? encodings[column.name];
    return encoding === undefined ? column : { ...column, encoding };
  });
}

/** Which fields of a slice with plan `from` fill the columns of `plan`. */
export function sourcesFor(plan: TablePlan, from: TablePlan): Sources {
  const sources = plan.columns.map(({ name }) => {
    const index = from.columns.findIndex((column) => column.name === name);
    return index < 0 ? NO_FIELD : index;
  });
  return plan.id === null ? sources : [ROW_ID, ...sources];
}
