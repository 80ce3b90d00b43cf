import type { PlacedRowGroup } from '../../formats/parquet/index.ts';
import type { StoredColumn, StoredKind } from '../../schema/plan.ts';
import { addSums, hasSum, type Sums } from './sums.ts';

/** A smallest or largest value; of text and bytes the first 64 bytes at least. */
export type Extreme = number | bigint | Uint8Array;

/** What is known of a column's values in all files that have their name. */
export interface ColumnStatistics {
  readonly column: StoredColumn;
  /** Rows that have a value. */
  count: number;
  nulls: number;
  /** Values that are NaN; they are in `count`, and in nothing else. */
  nans: number;
  min: Extreme | null;
  max: Extreme | null;
  /** Null of kinds that have no sum, such as text. */
  sum: number | null;
}

/** Running statistics of a table, from what the encoder knows of each row group anyway. */
export class TableStatistics {
  readonly #columns = new Map<string, ColumnStatistics>();
  #rows = 0;

  /** In the order in which columns appeared; a column that came later is null in the rows before. */
  get columns(): readonly ColumnStatistics[] {
    return [...this.#columns.values()];
  }

  /** Adds the row groups of a file. */
  add(stored: readonly StoredColumn[], groups: readonly PlacedRowGroup[], sums: readonly Sums[]): void {
    for (const [g, group] of groups.entries()) {
      for (const [c, column] of stored.entries()) {
        const { nulls, nans = 0, min, max } = group.columns[c]!.statistics;
        const bound = (stored: typeof min) =>
          stored === undefined ? null : decodeBound(column, stored.bytes);
        this.addColumn(column, {
          count: group.rows - nulls,
          nulls,
          nans,
          min: bound(min),
          max: bound(max),
          sum: sums[g]![c] ?? null,
        });
      }
      this.addRows(group.rows);
    }
  }

  /** Adds rows, after those of their columns that have any values. */
  addRows(rows: number): void {
    this.#rows += rows;
    for (const statistics of this.#columns.values()) {
      statistics.nulls = this.#rows - statistics.count;
    }
  }

  addColumn(column: StoredColumn, more: Omit<ColumnStatistics, 'column'>): void {
    const known = this.#columns.get(column.name);
    if (known === undefined) {
      this.#columns.set(column.name, { column, ...more });
      return;
    }
    known.count += more.count;
    known.nans += more.nans;
    if (more.min !== null && (known.min === null || isLess(more.min, known.min))) known.min = more.min;
    if (more.max !== null && (known.max === null || isLess(known.max, more.max))) known.max = more.max;
    known.sum = addSums(known.sum, more.sum);
  }
}

/** The mean of the values that are numbers, or null where there is none. */
export function meanOf({ column, count, nans, sum }: ColumnStatistics): number | null {
  return !hasSum(column.kind) || sum === null || count === nans ? null : sum / (count - nans);
}

function isLess(a: Extreme, b: Extreme): boolean {
  if (a instanceof Uint8Array) return Buffer.compare(a, b as Uint8Array) < 0;
  return a < (b as number | bigint);
}

const WIDE: readonly StoredKind[] = ['i64', 'u64', 'timestamp', 'ref'];

/** A bound as PLAIN encodes it. Source: `parquet.thrift`, `Statistics`. */
function decodeBound({ kind: own, element }: StoredColumn, bytes: Uint8Array): Extreme {
  const kind = own === 'array' ? element! : own;
  if (kind === 'utf8' || kind === 'json' || kind === 'bytes' || kind === 'enum') return bytes;
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (kind === 'f64') return data.getFloat64(0, true);
  if (kind === 'f32') return data.getFloat32(0, true);
  if (kind === 'bool') return data.getUint8(0);
  if (kind === 'u64') return data.getBigUint64(0, true);
  if (WIDE.includes(kind)) return data.getBigInt64(0, true);
  return kind === 'u32' ? data.getUint32(0, true) : data.getInt32(0, true);
}
