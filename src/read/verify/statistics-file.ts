import type { Checks } from './checks.ts';
import { counted } from './checks.ts';
import type { Facts, Ordered } from './column-bounds.ts';
import { readReport } from './reports.ts';

const CHECK = 'run statistics';

/** What all files of a table have in one column. */
export interface ColumnFacts extends Facts {
  readonly rows: number;
}

/** Compares the figures of `run_statistics.parquet` with those of the rows. `facts` is by table and column. */
export async function checkRunStatistics(
  path: string,
  runId: string,
  facts: ReadonlyMap<string, ReadonlyMap<string, ColumnFacts>>,
  checks: Checks,
): Promise<void> {
  checks.check(CHECK, '');
  let rows: readonly Record<string, unknown>[];
  try {
    rows = await readReport(path, runId);
  } catch (error) {
    checks.problem(CHECK, `${path} cannot be read: ${(error as Error).message}`);
    return;
  }
  const seen = new Set<string>();
  for (const row of rows) {
    const [table, column] = [text(row.table), text(row.column)];
    if (table === 'runs' || table === null || column === null) continue;
    seen.add(`${table}.${column}`);
    const known = facts.get(table)?.get(column);
    const wrong = known === undefined ? 'is of a column that no file has' : difference(row, known);
    if (wrong !== null) checks.problem(CHECK, `${table}.${column} ${wrong}`);
  }
  let columns = 0;
  for (const [table, known] of facts) {
    for (const column of known.keys()) {
      columns++;
      if (!seen.has(`${table}.${column}`)) checks.problem(CHECK, `${table}.${column} has none`);
    }
  }
  checks.check(CHECK, counted(columns, 'column'));
}

function difference(
  row: Record<string, unknown>,
  { rows, nulls, least, greatest }: ColumnFacts,
): string | null {
  const [count, stated] = [Number(row.count), Number(row.nulls)];
  if (stated !== nulls) return `says ${stated} nulls and has ${nulls}`;
  if (count !== rows - nulls) return `says ${count} values and has ${rows - nulls}`;
  for (const [name, bound, fact] of [
    ['least', row.min, least],
    ['greatest', row.max, greatest],
  ] as const) {
    if (bound === null || bound === undefined || Number(bound) === asNumber(fact)) continue;
    return `says that the ${name} value is ${bound}, and it is ${asNumber(fact)}`;
  }
  return null;
}

function asNumber(value: Ordered | null): number | null {
  return value === null || value instanceof Uint8Array ? null : Number(value);
}

function text(value: unknown): string | null {
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : null;
}
