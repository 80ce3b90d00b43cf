import type { TableInfo, TableReader } from '../reader.ts';
import type { SqlRun } from './source.ts';

/** A run whose rows are read when a statement first names their table, the columns that it needs. */
export function readRun(
  { run, path, format }: Pick<SqlRun, 'run' | 'path' | 'format'>,
  tables: readonly TableInfo[],
  table: (name: string) => TableReader,
): SqlRun {
  return {
    run,
    path,
    format,
    files: [],
    reads: true,
    tables: tables.map((info) => ({
      info,
      parts: async (columns) => ({
        files: [],
        rest: table(info.name).batches(columns === null ? {} : { select: columns }),
      }),
    })),
  };
}
