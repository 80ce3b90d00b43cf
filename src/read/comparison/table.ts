import type { StoredColumn } from '../../schema/plan.ts';
import type { ColumnData, TableBatch, TableInfo } from '../reader.ts';
import { isNullAt } from '../validity.ts';
import { boundsFor, type ColumnChoice } from './columns.ts';
import { type Divergence, placeColumns, placeOf } from './divergence.ts';
import type { Side } from './side.ts';
import { ValueComparer } from './value-comparer.ts';

/** How one column compares, over the rows that both recordings have. */
export interface ColumnComparison {
  readonly column: string;
  /** Rows whose values differ by more than is tolerated. */
  readonly different: number;
  /** The first of them, from 0; null where there is none. */
  readonly firstRow: number | null;
  /** Largest differences between numbers, those within the tolerance too. */
  readonly maxAbsolute: number;
  readonly maxRelative: number;
}

/** How one table compares. */
export interface TableComparison {
  readonly table: string;
  /** Rows of either run. */
  readonly rows: readonly [a: number, b: number];
  /** Rows that both have. */
  readonly compared: number;
  readonly first: Divergence | null;
  readonly columns: readonly ColumnComparison[];
}

/** How rows are compared. */
interface RowChoice extends ColumnChoice {
  readonly signedZero: boolean;
  readonly batchRows: number;
  /** Called with the number of rows that were looked at since it was called last. */
  readonly onRows: (rows: number) => void;
}

/** Compares the rows of a table one by one, in the order of their ids. */
export async function compareTable(
  sides: readonly [Side, Side],
  info: TableInfo,
  columns: readonly StoredColumn[],
  choice: RowChoice,
): Promise<TableComparison> {
  const [a, b] = sides;
  const { name: table } = info;
  const comparers = await Promise.all(
    columns.map(async (column) => {
      const bounds = boundsFor(table, column, choice);
      const origins = [await a.origin(column), await b.origin(column)] as const;
      return new ColumnComparer(column, new ValueComparer(column, bounds, choice.signedZero), origins);
    }),
  );
  const names = columns.map(({ name }) => name);
  const [left, right] = sides.map((side) => {
    const place = placeColumns(side.info(table)!);
    return new Cursor(side.batches(table, [...new Set([...names, ...place])], choice.batchRows));
  }) as [Cursor, Cursor];
  let first: Divergence | null = null;
  let compared = 0;
  try {
    while ((await left.ready()) && (await right.ready())) {
      const count = Math.min(left.left, right.left);
      for (const comparer of comparers) comparer.compare(left, right, count, compared);
      first ??= await firstIn(a, info, comparers, left, right, compared);
      left.advance(count);
      right.advance(count);
      compared += count;
      choice.onRows(2 * count);
    }
    first ??= await unpaired(sides, info, left, right, compared);
    const rows = [compared + (await left.rest()), compared + (await right.rest())] as const;
    return { table, rows, compared, first, columns: comparers.map((comparer) => comparer.finish()) };
  } finally {
    await left.close();
    await right.close();
  }
}

/** The first row of what was just compared that differs. */
async function firstIn(
  side: Side,
  info: TableInfo,
  comparers: readonly ColumnComparer[],
  left: Cursor,
  right: Cursor,
  from: number,
): Promise<Divergence | null> {
  let found: ColumnComparer | null = null;
  for (const comparer of comparers) {
    if (comparer.firstRow !== null && comparer.firstRow < (found?.firstRow ?? Number.POSITIVE_INFINITY))
      found = comparer;
  }
  if (found === null) return null;
  const row = found.firstRow!;
  const { name: column } = found.column;
  return {
    table: info.name,
    row,
    column,
    a: valueAt(left.batch.columns[column]!, left.at + row - from),
    b: valueAt(right.batch.columns[column]!, right.at + row - from),
    place: await placeOf(side, info, left.batch, left.at + row - from),
  };
}

/** The first row that only one of the recordings has. */
async function unpaired(
  [a, b]: readonly [Side, Side],
  { name: table }: TableInfo,
  left: Cursor,
  right: Cursor,
  row: number,
): Promise<Divergence | null> {
  const inLeft = await left.ready();
  if (!inLeft && !(await right.ready())) return null;
  const [side, cursor] = inLeft ? [a, left] : [b, right];
  const place = await placeOf(side, side.info(table)!, cursor.batch, cursor.at);
  return { table, row, column: null, a: undefined, b: undefined, place };
}

class ColumnComparer {
  readonly column: StoredColumn;
  firstRow: number | null = null;
  #different = 0;
  readonly #values: ValueComparer;
  /** What references of either recording count from. */
  readonly #origins: readonly [number, number];

  constructor(column: StoredColumn, values: ValueComparer, origins: readonly [number, number]) {
    this.column = column;
    this.#values = values;
    this.#origins = origins;
  }

  /** @param from index in the run of the first row that is compared */
  compare(left: Cursor, right: Cursor, count: number, from: number): void {
    const { name } = this.column;
    const [a, b] = [left.batch.columns[name]!, right.batch.columns[name]!];
    const [originA, originB] = this.#origins;
    for (let i = 0; i < count; i++) {
      const [x, y] = [valueAt(a, left.at + i), valueAt(b, right.at + i)];
      const same =
        originA === originB || x === null || y === null
          ? this.#values.isSame(x, y)
          : this.#values.isSame((x as number) - originA, (y as number) - originB);
      if (same) continue;
      this.#different++;
      this.firstRow ??= from + i;
    }
  }

  finish(): ColumnComparison {
    const { maxAbsolute, maxRelative } = this.#values;
    const { name: column } = this.column;
    return { column, different: this.#different, firstRow: this.firstRow, maxAbsolute, maxRelative };
  }
}

function valueAt(data: ColumnData, row: number): unknown {
  return isNullAt(data, row) ? null : data.values[row];
}

/** Goes through the rows of batches, whatever their size. */
class Cursor {
  batch: TableBatch = { rows: 0, columns: {} };
  /** The row that is next, in the batch. */
  at = 0;
  readonly #batches: AsyncIterableIterator<TableBatch>;

  constructor(batches: AsyncIterableIterator<TableBatch>) {
    this.#batches = batches;
  }

  get left(): number {
    return this.batch.rows - this.at;
  }

  /** Reads on where the batch is used up; false at the end. */
  async ready(): Promise<boolean> {
    while (this.left === 0) {
      const { value, done } = await this.#batches.next();
      if (done) return false;
      this.batch = value;
      this.at = 0;
    }
    return true;
  }

  advance(rows: number): void {
    this.at += rows;
  }

  /** Counts the rows that are left. */
  async rest(): Promise<number> {
    let rows = 0;
    while (await this.ready()) {
      rows += this.left;
      this.advance(this.left);
    }
    return rows;
  }

  async close(): Promise<void> {
    await this.#batches.return?.();
  }
}
