import type { Reader, TableBatch, TableInfo } from '../read/reader.ts';
import { noSuchRun, ownColumns, RUN_ID } from '../read/select.ts';
import { canTest } from '../read/where/conditions.ts';
import type { StoredColumn, TablePlan } from '../schema/plan.ts';
import { batchRowsOf } from './batch-rows.ts';

/** Which rows are read. */
export interface Rows {
  readonly run: string | undefined;
  readonly episodes: readonly number[] | undefined;
}

/** A table that is exported. */
export interface SourceTable {
  readonly plan: TablePlan;
  /** Columns of a row, the row's id first; before it `run_id`, where rows are of several runs. */
  readonly columns: readonly StoredColumn[];
  /** Rows that are read, as far as is known before; those of other runs and episodes are counted too. */
  readonly rows: number;
  /** Id of the first row; null where there is none. */
  firstId(): Promise<number | null>;
  /**
   * Rows as columns.
   * @param select columns, by default all
   */
  batches(select?: readonly string[]): AsyncIterable<TableBatch>;
}

/** @throws `NotFound` where there is no such run */
export function checkRun(reader: Reader, run: string | undefined): void {
  const known = reader.runs().map(({ runId }) => runId);
  if (run !== undefined && !known.includes(run)) throw noSuchRun(run, known);
}

/** A table of a recording, as it is exported. */
export function sourceTable(reader: Reader, info: TableInfo, rows: Rows): SourceTable {
  const { run } = rows;
  const own = ownColumns(info).filter(({ name }) => name !== RUN_ID.name);
  const columns = run === undefined && reader.runs().length > 1 ? [RUN_ID, ...own] : own;
  const { name, id, key, static: isStatic, description } = info;
  return {
    plan: {
      name,
      id,
      key,
      static: isStatic,
      ...(description === null ? {} : { description }),
      columns: info.columns.filter((column) => column.name !== RUN_ID.name),
    },
    columns,
    rows: info.rows,
    firstId: () => firstId(reader, info, run),
    batches: (select = columns.map((column) => column.name)) => read(reader, info, rows, select),
  };
}

async function firstId(
  reader: Reader,
  { name, id }: TableInfo,
  run: string | undefined,
): Promise<number | null> {
  if (id === null) return null;
  const options = { select: [id], limit: 1, ...(run === undefined ? {} : { run }) };
  const { values } = (await reader.table(name).columns(options))[id]!;
  return (values as Float64Array)[0] ?? null;
}

async function* read(
  reader: Reader,
  info: TableInfo,
  { run, episodes }: Rows,
  select: readonly string[],
): AsyncGenerator<TableBatch, void> {
  const table = reader.table(info.name);
  const where = episodes === undefined ? undefined : { episode: episodes };
  yield* table.batches({
    select,
    batchRows: await batchRowsOf(reader, table, run),
    ...(run === undefined ? {} : { run }),
    ...(where === undefined || !canTest(info, where) ? {} : { where }),
  });
}
