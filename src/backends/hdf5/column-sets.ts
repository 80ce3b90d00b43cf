import type { ChunkedOptions, Filters, Hdf5Type } from '../../formats/hdf5/index.ts';
import type { StoredColumn, TablePlan } from '../../schema/plan.ts';
import { storedColumns } from '../files/plans.ts';
import { NULL_F32, NULL_F64 } from './null-number.ts';
import type { Hdf5Storage } from './options.ts';
import { hdf5Text } from './text.ts';

/**
 * Columns of a table that make one dataset: a column, or the parts of a vector as `[rows, 3]`. Where a column of numbers
 * may be null, a null is a certain NaN (`null-number.ts`); of other kinds `<dataset>.valid` says which rows have a value,
 * once there is one that has none. Texts with U+0000, which HDF5 has not, stand in `<dataset>.exact`. Column names have no
 * dots, so that these names are free.
 */
export interface ColumnSet {
  readonly dataset: string;
  readonly columns: readonly StoredColumn[];
}

/** Behind the name of a dataset: which of its rows have a value. */
export const VALID = '.valid';
/** Texts with U+0000: `[row, text]` as JSON. */
export const EXACT = '.exact';
/** A chunk is read and checked as a whole, and a megabyte is what the HDF5 library keeps of a dataset's chunks. */
const LARGEST_CHUNK = 2 ** 20;

/** A dataset that is there, by the columns that it holds. */
export type KnownSets = ReadonlyMap<string, readonly string[]>;

/** The datasets of a table's group, given those that are there: a part of a vector that comes later stands alone. */
export function columnSets(plan: TablePlan, known: KnownSets): readonly ColumnSet[] {
  const stored = storedColumns(plan);
  const names = new Set(stored.map(({ name }) => name));
  const sets: ColumnSet[] = [];
  const vectors = new Map<string, StoredColumn[]>();
  for (const column of stored) {
    const { name, vector } = column;
    const at = [...known].find(([, columns]) => columns.includes(name))?.[0];
    const dataset = vector === undefined ? name : vectorName(vector.name, names);
    const joins = vector !== undefined && (at === undefined ? !known.has(dataset) : at === dataset);
    if (!joins) {
      sets.push({ dataset: at ?? (known.has(name) ? `${name}.column` : name), columns: [column] });
      continue;
    }
    const parts = vectors.get(dataset);
    if (parts !== undefined) {
      parts.push(column);
      continue;
    }
    const first = [column];
    vectors.set(dataset, first);
    sets.push({ dataset, columns: first });
  }
  return sets.map((set) => ({
    ...set,
    columns: [...set.columns].sort((a, b) => (a.vector?.part ?? 0) - (b.vector?.part ?? 0)),
  }));
}

function vectorName(name: string, columns: ReadonlySet<string>): string {
  return columns.has(name) ? `${name}.vector` : name;
}

/** How a dataset of columns is made. */
export function datasetOptions(
  { columns }: ColumnSet,
  storage: Hdf5Storage,
  chunkRows: number,
): ChunkedOptions {
  const [column] = columns as [StoredColumn];
  const width = columns.length > 1 ? columns.length : column.length;
  const dtype = typeOf(column);
  const fill = !column.nullable ? null : dtype === 'f64' ? NULL_F64 : dtype === 'f32' ? NULL_F32 : null;
  const isArray = column.kind === 'array';
  return {
    dtype,
    shape: width === undefined ? [0] : [0, width],
    chunkRows: chunkRowsOf(columns, chunkRows),
    filters: filtersFor(dtype, storage),
    compactWhenSmall: true,
    ...(fill === null || isArray ? {} : { fillValue: fill }),
    attributes: attributesOf(columns),
  };
}

/** How `.valid` and `.exact` are made. */
export function companionOptions(
  dtype: 'bool' | 'utf8',
  storage: Hdf5Storage,
  chunkRows: number,
): ChunkedOptions {
  return { dtype, shape: [0], chunkRows, filters: filtersFor(dtype, storage), compactWhenSmall: true };
}

/** Bytes of a row of columns in their datasets. */
export function rowBytes(columns: readonly StoredColumn[]): number {
  return columns.reduce((sum, { kind, element, length = 1 }) => sum + length * bytesOf(element ?? kind), 0);
}

function chunkRowsOf(columns: readonly StoredColumn[], wanted: number): number {
  return Math.max(1, Math.min(wanted, Math.floor(LARGEST_CHUNK / rowBytes(columns))));
}

function bytesOf(kind: StoredColumn['kind']): number {
  if (kind === 'bool') return 1;
  if (kind === 'enum') return 2;
  if (kind === 'utf8' || kind === 'json' || kind === 'bytes') return 16;
  return kind === 'ref' || kind === 'timestamp' ? 8 : Number(kind.slice(1)) / 8;
}

/** Whether a null is a number: the NaN that stands for it. */
export function hasNullNumber({ kind }: StoredColumn): boolean {
  return kind === 'f64' || kind === 'f32';
}

function typeOf({ kind, element, labels }: StoredColumn): Hdf5Type {
  switch (kind) {
    case 'array':
      return element!;
    case 'enum':
      return enumType(labels!);
    case 'json':
      return 'utf8';
    case 'ref':
      return 'i64';
    default:
      return kind;
  }
}

/** The filters of a dataset, as far as its type takes them. */
export function filtersFor(
  dtype: Hdf5Type,
  { compression, compressionOpts, shuffle, fletcher32 }: Hdf5Storage,
): Filters {
  const inHeap = dtype === 'utf8' || dtype === 'bytes';
  // What stands in the dataset itself are addresses, which LZF makes little of.
  if (inHeap && compression === 'lzf') return {};
  return {
    shuffle,
    ...(compression === 'none'
      ? {}
      : { compression: compression === 'lzf' ? 'lzf' : { deflate: compressionOpts } }),
    fletcher32: fletcher32 && !inHeap,
  };
}

/** Bytes of labels that a type can name: it is one message of an object's header, which has 64 KB at the most. */
const MOST_LABELS = 48 * 1024;

/** A type with the labels by name; where HDF5 cannot have these, other names, or codes. The schema says the labels. */
function enumType(labels: readonly string[]): Hdf5Type {
  const bytes = labels.reduce((sum, label) => sum + Buffer.byteLength(label) + 16, 0);
  if (bytes > MOST_LABELS) return labels.length > 256 ? 'u16' : 'u8';
  const names = new Set<string>();
  for (const label of labels) {
    let name = label === '' ? '(empty)' : hdf5Text(label);
    while (name !== label && (names.has(name) || labels.includes(name))) name += '_';
    names.add(name);
  }
  return { kind: 'enum', labels: [...names] };
}

/** `units` is what xarray and others look for. The schema has texts as they were. */
function attributesOf(columns: readonly StoredColumn[]): Record<string, string | string[]> {
  const [{ unit, description, clock, references, kind }] = columns as [StoredColumn];
  return {
    ...(columns.length > 1 ? { columns: columns.map(({ name }) => name) } : {}),
    ...(unit === undefined ? {} : { units: hdf5Text(unit) }),
    ...(description === undefined ? {} : { description: hdf5Text(description) }),
    ...(clock === undefined ? {} : { clock }),
    ...(references === undefined ? {} : { references: `${references.table}.${references.column}` }),
    ...(kind === 'json' ? { content: 'json' } : {}),
  };
}
