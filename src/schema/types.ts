/** What a schema is made of. The builders are in columns.ts, the checks in table.ts. */

/** The numeric kinds that hold one machine number. */
export const NUMBER_KINDS = ['f64', 'f32', 'i8', 'i16', 'i32', 'i64', 'u8', 'u16', 'u32', 'u64'] as const;
/** A kind of one machine number. */
export type NumberKind = (typeof NUMBER_KINDS)[number];

/** What an element of `array(kind, n)` may be. */
export type ElementKind = NumberKind | 'bool';

/** Every kind of column that a schema may name. */
export const COLUMN_KINDS = [
  'f64',
  'f32',
  'i8',
  'i16',
  'i32',
  'i64',
  'u8',
  'u16',
  'u32',
  'u64',
  'bool',
  'utf8',
  'json',
  'bytes',
  'timestamp',
  'enum',
  'vec2',
  'vec3',
  'quat',
  'array',
  'ref',
] as const;
/** What a column holds. */
export type ColumnKind = (typeof COLUMN_KINDS)[number];

/** Which clock a time column was read from; wall-clock columns differ between runs with the same seed. */
export type Clock = 'wall' | 'simulation';

/** What every column may say of itself. */
export interface ColumnOptions {
  /** Whether a row may leave the column out or give `null`. */
  nullable?: boolean;
  /** Unit as people in the field write it: `m`, `m/s`, `rad`. */
  unit?: string;
  description?: string;
  clock?: Clock;
}

/** One column of a schema. `Value` is what a row gives, `Filled` whether the recorder can fill it in. */
export interface Column<
  Value = unknown,
  Nullable extends boolean = boolean,
  Filled extends boolean = boolean,
> {
  readonly kind: ColumnKind;
  readonly nullable: boolean;
  readonly unit?: string;
  readonly description?: string;
  readonly clock?: Clock;
  /** Labels of an `enum`, in the order of their codes. */
  readonly labels?: readonly string[];
  /** Element kind and length of an `array`. */
  readonly element?: ElementKind;
  readonly length?: number;
  /** The table that a `ref` points to. */
  readonly target?: TableSchema;
  /** For types only; never set. */
  readonly '~types'?: { value: Value; nullable: Nullable; filled: Filled };
}

/** What the recorder needs to know of a table. Made by {@link defineTable}. */
export interface TableSchema<
  Columns extends Record<string, Column> = Record<string, Column>,
  Frames extends boolean = boolean,
> {
  readonly name: string;
  readonly columns: Columns;
  readonly description?: string;
  readonly static: boolean;
  /** Name of the generated row id; null where rows are keyed by their own column. */
  readonly id: string | null;
  /** Column by which later rows complete earlier ones (column by column, nulls leave what is there). */
  readonly key: string | null;
  /** Whether this is the table of frames, which references are filled from. */
  readonly frames: Frames;
}
