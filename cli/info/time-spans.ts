import type { Reader, TableInfo } from '../../src/read/index.ts';

/** First and last time in a column that holds times. */
export interface TimeSpan {
  readonly table: string;
  readonly column: string;
  readonly clock: 'wall' | 'simulation';
  /** Of the values: `s`, and `ns` for the timestamp kind. */
  readonly unit: string;
  readonly first: number | bigint;
  readonly last: number | bigint;
}

/** The spans of all columns that a clock was read for. */
export async function timeSpans(reader: Reader, tables: readonly TableInfo[]): Promise<TimeSpan[]> {
  const spans: TimeSpan[] = [];
  for (const { name: table, columns } of tables) {
    for (const { name: column, clock, unit = 's', kind } of columns) {
      if (clock === undefined) continue;
      const extent = await reader.table(table).extent(column);
      if (extent === null) continue;
      const { least: first, greatest: last } = extent;
      spans.push({ table, column, clock, unit: kind === 'timestamp' ? 'ns' : unit, first, last });
    }
  }
  return spans;
}
