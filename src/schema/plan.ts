import { partsOf, storedNames } from './table.ts';
import type { Clock, ColumnKind, ElementKind, NumberKind, TableSchema } from './types.ts';

/** Kinds of the flat columns that buffers carry and backends store; vectors are split into their parts. */
export type StoredKind =
  | NumberKind
  | 'bool'
  | 'utf8'
  | 'json'
  | 'bytes'
  | 'timestamp'
  | 'enum'
  | 'array'
  | 'ref';

/** One flat column. Plain data: it crosses threads and is what a backend's catalogue keeps. */
export interface StoredColumn {
  readonly name: string;
  readonly kind: StoredKind;
  readonly nullable: boolean;
  readonly unit?: string;
  readonly description?: string;
  readonly clock?: Clock;
  readonly labels?: readonly string[];
  readonly element?: ElementKind;
  readonly length?: number;
  /** The table and column that a reference points to. */
  readonly references?: { readonly table: string; readonly column: string };
  /** Of which vector this column is which part. */
  readonly vector?: { readonly name: string; readonly part: number };
}

/** What a table is to buffers and backends. Plain data. */
export interface TablePlan {
  readonly name: string;
  /** Name of the generated row id, or null where rows have none. */
  readonly id: string | null;
  /** Column by which later rows complete earlier ones, or null. */
  readonly key: string | null;
  readonly static: boolean;
  readonly description?: string;
  readonly columns: readonly StoredColumn[];
}

/** How one column of a row reaches the flat columns. */
export interface InputColumn {
  readonly name: string;
  /** `null` takes only null and undefined; `same` takes only the value that the recorder knows already. */
  readonly kind: ColumnKind | 'null' | 'same';
  readonly nullable: boolean;
  /** Indexes of the flat columns that it fills, in the order of its parts. */
  readonly stored: readonly number[];
  readonly labels?: readonly string[];
  readonly element?: ElementKind;
  readonly length?: number;
  /** Whether nothing may be lost: no rounding to f32, no further fields beside a vector's parts. */
  readonly exact?: boolean;
  /** Table that a `ref` points to. */
  readonly target?: string;
  /** Whether a value that is left out becomes the open frame's id. */
  readonly frame?: boolean;
}

/** Splits a schema into flat columns, and says how a row fills them. */
export function planTable(schema: TableSchema): { plan: TablePlan; inputs: readonly InputColumn[] } {
  const columns: StoredColumn[] = [];
  const inputs: InputColumn[] = [];
  for (const [name, column] of Object.entries(schema.columns)) {
    const parts = partsOf(column.kind);
    const names = storedNames(name, column);
    inputs.push({
      name,
      kind: column.kind,
      nullable: column.nullable,
      stored: names.map((_, part) => columns.length + part),
      ...pick(column, 'labels', 'element', 'length'),
      ...(column.target === undefined ? {} : { target: column.target.name, frame: column.target.frames }),
    });
    for (const [part, stored] of names.entries()) {
      columns.push({
        name: stored,
        kind: parts === null ? (column.kind as StoredKind) : 'f64',
        nullable: column.nullable,
        ...pick(column, 'unit', 'description', 'clock', 'labels', 'element', 'length'),
        ...(column.target === undefined
          ? {}
          : { references: { table: column.target.name, column: column.target.id ?? column.target.key! } }),
        ...(parts === null ? {} : { vector: { name, part } }),
      });
    }
  }
  const plan: TablePlan = { ...pick(schema, 'name', 'id', 'key', 'static', 'description'), columns };
  return { plan, inputs };
}

function pick<T, K extends keyof T>(from: T, ...keys: readonly K[]): Pick<T, K> {
  const picked: Partial<T> = {};
  for (const key of keys) if (from[key] !== undefined) picked[key] = from[key];
  return picked as Pick<T, K>;
}

/** The columns in which two plans of one table disagree; none means that they fit each other. */
export function planDifferences(known: TablePlan, wanted: TablePlan): string[] {
  const differences: string[] = [];
  for (const column of wanted.columns) {
    const other = known.columns.find((candidate) => candidate.name === column.name);
    if (other !== undefined && !isSameType(other, column)) {
      differences.push(`${column.name} is ${signature(other)}, not ${signature(column)}`);
    }
  }
  return differences;
}

function isSameType(a: StoredColumn, b: StoredColumn): boolean {
  return signature(a) === signature(b) && JSON.stringify(a.labels) === JSON.stringify(b.labels);
}

function signature(column: StoredColumn): string {
  const detail = column.labels?.join(', ') ?? (column.element && `${column.element}, ${column.length}`);
  const target = column.references === undefined ? '' : ` to ${column.references.table}`;
  return `${column.kind}${detail === undefined ? '' : `(${detail})`}${target}`;
}
