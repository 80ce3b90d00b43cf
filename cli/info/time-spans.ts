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
export function timeSpans(reader: Reader, tables: readonly TableInfo[]): TimeSpan[] {
  const spans: TimeSpan[] = [];
  for (const { name: table, columns } of tables) {
    for (const { name: column, clock, unit = 's', kind } of columns) {
      if (clock === undefined) continue;
      const sql = `SELECT min("${column}"), max("${column}") FROM "${table}"`;
      const [first, last] = reader.query(sql).rows[0] as [TimeSpan['first'] | null, TimeSpan['last'] | null];
      if (first === null || last === null) continue;
      spans.push({ table, column, clock, unit: kind === 'timestamp' ? 'ns' : unit, first, last });
    }
  }
  return spans;
}
