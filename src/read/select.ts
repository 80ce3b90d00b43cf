import { SimtapeError } from '../errors.ts';
import type { StoredColumn } from '../schema/plan.ts';
import type { BatchOptions, ReadOptions, TableInfo } from './reader.ts';

/** The run that a row belongs to: every table has it, and it is read where it is selected. */
export const RUN_ID: StoredColumn = {
  name: 'run_id',
  kind: 'utf8',
  nullable: false,
  description: 'Run that the row belongs to',
};

/** The columns that a reader gives where nothing else is selected: the row's id first. */
export function ownColumns({ id, columns }: Pick<TableInfo, 'id' | 'columns'>): readonly StoredColumn[] {
  if (id === null) return columns;
  return [{ name: id, kind: 'ref', nullable: false, description: 'Row id' }, ...columns];
}

/**
 * The columns that options select.
 * @throws `NotFound` naming the columns that there are
 */
export function selectColumns(
  info: Pick<TableInfo, 'name' | 'id' | 'columns'>,
  select: readonly string[] | undefined,
): readonly StoredColumn[] {
  const own = ownColumns(info);
  if (select === undefined) return own;
  const all = own.some(({ name }) => name === RUN_ID.name) ? own : [...own, RUN_ID];
  return select.map((name) => {
    const column = all.find((candidate) => candidate.name === name);
    if (column !== undefined) return column;
    const known = all.map((candidate) => candidate.name).join(', ');
    throw new SimtapeError('NotFound', `table ${info.name} has no column ${name}; it has ${known}`, { name });
  });
}

/**
 * How many rows at most.
 * @throws `InvalidConfig`
 */
export function checkLimit({ limit = Number.POSITIVE_INFINITY }: ReadOptions): number {
  if (limit === Number.POSITIVE_INFINITY || (Number.isInteger(limit) && limit >= 0)) return limit;
  throw new SimtapeError('InvalidConfig', `limit = ${limit}: takes an integer from 0 on, or Infinity`, {
    key: 'limit',
    value: limit,
  });
}

const BATCH_ROWS = 65_536;

/**
 * How many rows a batch has.
 * @throws `InvalidConfig`
 */
export function checkBatchRows({ batchRows = BATCH_ROWS }: BatchOptions): number {
  if (Number.isInteger(batchRows) && batchRows > 0) return batchRows;
  throw new SimtapeError('InvalidConfig', `batchRows = ${batchRows}: takes an integer from 1 on`, {
    key: 'batchRows',
    value: batchRows,
  });
}

/**
 * Says that options name a run that there is not.
 * @param known the runs that there are
 */
export function noSuchRun(run: string, known: Iterable<string>): SimtapeError<'NotFound'> {
  return new SimtapeError('NotFound', `there is no run ${run}; there are ${[...known].join(', ')}`, {
    name: run,
  });
}

/** The table of a name, of those that a recording has. */
export function findTable<T extends { readonly name: string }>(
  path: string,
  tables: readonly T[],
  name: string,
): T {
  const table = tables.find((candidate) => candidate.name === name);
  if (table !== undefined) return table;
  const known = tables.map((candidate) => candidate.name).join(', ') || 'none';
  throw new SimtapeError('NotFound', `${path} has no table ${name}; there are: ${known}`, { name });
}
