import { SimtapeError } from '../errors.ts';
import type { StoredColumn } from '../schema/plan.ts';
import { isWide } from './column-builder.ts';
import type { ColumnData, Reader, ReadOptions } from './reader.ts';
import { selectColumns } from './select.ts';
import { type LabelStatistics, LabelSummary } from './statistics/labels.ts';
import { type NumberStatistics, NumberSummary } from './statistics/numbers.ts';

/** What a column of booleans holds. */
export interface BooleanStatistics {
  readonly type: 'booleans';
  readonly trues: number;
  /** Share of the values that are true, 0 to 1; null where every row is null. */
  readonly share: number | null;
}

/** Bytes and arrays are counted only. */
export interface OpaqueStatistics {
  readonly type: 'opaque';
}

/** What one column holds. */
export interface ColumnStatistics {
  readonly column: StoredColumn;
  /** Rows that were read. */
  readonly rows: number;
  readonly nulls: number;
  readonly values: NumberStatistics | LabelStatistics | BooleanStatistics | OpaqueStatistics;
}

/** Which rows are counted, and how finely. */
export interface StatisticsOptions extends Omit<ReadOptions, 'limit'> {
  /** Intervals of a histogram at most, 4 to 1,024. Default 16. */
  readonly bins?: number;
  /** Most frequent values to name. Default 5. */
  readonly top?: number;
  /** Called with the number of rows that were read so far. */
  readonly onProgress?: (rows: number) => void;
}

/** Gathers what a kind of column has to tell, batch by batch. */
interface Summary {
  add(data: ColumnData): void;
  finish(): ColumnStatistics['values'];
}

/**
 * Statistics of the columns of a table, in one pass that has one batch of rows in memory.
 *
 * @returns one entry a column, in the order in which they were selected (all of the table's, where none were)
 * @throws `NotFound` for a table, column or run that is not there; `InvalidConfig`
 */
export async function columnStatistics(
  reader: Reader,
  table: string,
  { bins = 16, top = 5, onProgress, ...options }: StatisticsOptions = {},
): Promise<ColumnStatistics[]> {
  check('bins', bins, 4, 1024);
  check('top', top, 0, 10_000);
  const source = reader.table(table);
  const gathered = selectColumns(source.info, options.select).map((column) => ({
    column,
    nulls: 0,
    summary: summaryOf(column, bins, top),
  }));
  let rows = 0;
  for await (const batch of source.batches(options)) {
    rows += batch.rows;
    for (const one of gathered) {
      const data = batch.columns[one.column.name]!;
      one.nulls += data.nulls;
      one.summary.add(data);
    }
    onProgress?.(rows);
  }
  return gathered.map(({ column, nulls, summary }) => ({ column, rows, nulls, values: summary.finish() }));
}

function summaryOf({ kind }: StoredColumn, bins: number, top: number): Summary {
  switch (kind) {
    case 'utf8':
    case 'json':
    case 'enum':
      return new LabelSummary(top);
    case 'bool':
      return new BooleanSummary();
    case 'bytes':
    case 'array':
      return OPAQUE;
    default:
      return new NumberSummary({ isWhole: kind !== 'f64' && kind !== 'f32', isWide: isWide(kind), bins });
  }
}

class BooleanSummary implements Summary {
  #values = 0;
  #trues = 0;

  add({ values, nulls }: ColumnData): void {
    this.#values += values.length - nulls;
    for (const value of values as readonly (boolean | null)[]) if (value === true) this.#trues++;
  }

  finish(): BooleanStatistics {
    const share = this.#values === 0 ? null : this.#trues / this.#values;
    return { type: 'booleans', trues: this.#trues, share };
  }
}

const OPAQUE: Summary = { add: () => {}, finish: () => ({ type: 'opaque' }) };

function check(key: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new SimtapeError('InvalidConfig', `${key} = ${value}: takes an integer from ${least} to ${most}`, {
    key,
    value,
  });
}
