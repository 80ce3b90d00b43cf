import type { Batch, ColumnSlice, EncodedRowGroup } from '../../formats/parquet/index.ts';
import type { StoredColumn, StoredKind } from '../../schema/plan.ts';
import { sumOf } from './sums.ts';

/** A smallest or largest value; of text and bytes the first 64 bytes, at least. */
export type Extreme = number | bigint | Uint8Array;

/** What is known of the values of a column. */
export interface ColumnFacts {
  /** Rows that have a value. */
  readonly count: number;
  /** Values that are NaN; they are in `count`, and in nothing else. */
  readonly nans: number;
  readonly min: Extreme | null;
  readonly max: Extreme | null;
  /** Null of kinds that have no sum, such as text. */
  readonly sum: number | null;
}

export const NO_FACTS: ColumnFacts = { count: 0, nans: 0, min: null, max: null, sum: null };

/** What the encoder knows of a row group, and a pass over its numbers for the rest. */
export function factsOf(
  columns: readonly Pick<StoredColumn, 'kind' | 'element'>[],
  batch: Batch,
  encoded: EncodedRowGroup,
): readonly ColumnFacts[] {
  return columns.map((column, c) => {
    const slices = batch.columns[c]!;
    const { nulls, nans = 0, min, max } = encoded.columns[c]!.statistics;
    const count = batch.rows - nulls;
    const sum = hasSum(column.kind) ? slices.reduce((total, slice) => total + sumOf(slice), 0) : null;
    // A file has no bounds beside NaN, because not all readers leave NaN out.
    if (nans > 0 && min === undefined) return { count, nans, sum, ...boundsBesideNaN(slices) };
    const bound = (stored: typeof min) => (stored === undefined ? null : decodeBound(column, stored.bytes));
    return { count, nans, sum, min: bound(min), max: bound(max) };
  });
}

/** What is known of two stretches of rows together. */
export function joinFacts(a: ColumnFacts, b: ColumnFacts): ColumnFacts {
  return {
    count: a.count + b.count,
    nans: a.nans + b.nans,
    min: pick(a.min, b.min, isLess),
    max: pick(a.max, b.max, (one, other) => isLess(other, one)),
    sum: a.sum === null || b.sum === null ? (a.sum ?? b.sum) : a.sum + b.sum,
  };
}

/** The same of all columns of a file; later ones may have more. */
export function joinAllFacts(groups: readonly (readonly ColumnFacts[])[]): readonly ColumnFacts[] {
  const columns = Math.max(0, ...groups.map((facts) => facts.length));
  return Array.from({ length: columns }, (_, c) =>
    groups.reduce((joined, facts) => joinFacts(joined, facts[c] ?? NO_FACTS), NO_FACTS),
  );
}

/** Whether a mean of the kind says something. */
function hasSum(kind: StoredKind): boolean {
  return !['utf8', 'json', 'bytes', 'enum', 'array', 'ref', 'timestamp'].includes(kind);
}

/** The mean of the values that are numbers, or null where there is none. */
export function meanOf({ count, nans, sum }: ColumnFacts): number | null {
  return sum === null || count === nans ? null : sum / (count - nans);
}

function pick(
  a: Extreme | null,
  b: Extreme | null,
  wins: (a: Extreme, b: Extreme) => boolean,
): Extreme | null {
  if (a === null || b === null) return a ?? b;
  return wins(b, a) ? b : a;
}

function isLess(a: Extreme, b: Extreme): boolean {
  if (a instanceof Uint8Array) return Buffer.compare(a, b as Uint8Array) < 0;
  return a < (b as number | bigint);
}

function boundsBesideNaN(slices: readonly ColumnSlice[]): { min: number | null; max: number | null } {
  let min = Infinity;
  let max = -Infinity;
  let any = false;
  for (const slice of slices) {
    const { values, validity } = slice as { values: Float64Array; validity?: Uint8Array };
    const width = values.length / slice.rows;
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      if (Number.isNaN(value) || validity?.[Math.floor(i / width)] === 0) continue;
      any = true;
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  return any ? { min, max } : { min: null, max: null };
}

const WIDE: readonly StoredKind[] = ['i64', 'timestamp', 'ref'];

export function isText(kind: StoredKind): boolean {
  return kind === 'utf8' || kind === 'json' || kind === 'enum';
}

/** A bound as PLAIN encodes it. Source: `parquet.thrift`, `Statistics`. */
function decodeBound(
  { kind: own, element }: Pick<StoredColumn, 'kind' | 'element'>,
  bytes: Uint8Array,
): Extreme {
  const kind = own === 'array' ? element! : own;
  if (isText(kind) || kind === 'bytes') return bytes;
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (kind === 'f64') return data.getFloat64(0, true);
  if (kind === 'f32') return data.getFloat32(0, true);
  if (kind === 'bool') return data.getUint8(0);
  if (kind === 'u64') return data.getBigUint64(0, true);
  if (WIDE.includes(kind)) return data.getBigInt64(0, true);
  return kind === 'u32' ? data.getUint32(0, true) : data.getInt32(0, true);
}
