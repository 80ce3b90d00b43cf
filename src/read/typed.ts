import { SimtapeError } from '../errors.ts';
import type { Quat, Vec2, Vec3 } from '../schema/columns.ts';
import { planDifferences, planTable } from '../schema/plan.ts';
import type { Column, TableSchema } from '../schema/types.ts';
import type { BatchOptions, ColumnData, ReadOptions, TableBatch, TableInfo, TableReader } from './reader.ts';

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
type Parts<Value> =
  Same<Value, Vec2> extends true
    ? 'x' | 'y'
    : Same<Value, Vec3> extends true
      ? 'x' | 'y' | 'z'
      : Same<Value, Quat> extends true
        ? 'x' | 'y' | 'z' | 'w'
        : never;

/** What a value that was recorded comes back as. */
type Recorded<Value> = unknown extends Value
  ? unknown
  : [Value] extends [string | number | boolean]
    ? Value
    : [Value] extends [bigint | number | Date]
      ? bigint
      : [Parts<Value>] extends [never]
        ? [Value] extends [Uint8Array]
          ? Uint8Array
          : [Value] extends [ArrayLike<number | boolean>]
            ? ArrayLike<number>
            : ArrayLike<bigint>
        : number;

/** The same as one array, whose elements are null where the row is and no typed array can say so. */
type RecordedArray<Value> = unknown extends Value
  ? readonly (string | null)[]
  : Recorded<Value> extends number
    ? NumberArray
    : Recorded<Value> extends bigint
      ? BigInt64Array | BigUint64Array
      : readonly (Recorded<Value> | null)[];

type NumberArray =
  | Float64Array
  | Float32Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array;

type FlatName<Name extends string, C> =
  C extends Column<infer Value, boolean, boolean>
    ? [Parts<Value>] extends [never]
      ? Name
      : `${Name}_${Parts<Value>}`
    : never;
type Columns<T extends TableSchema> = T extends TableSchema<infer C, boolean> ? C : never;
type Flatten<T> = { readonly [K in keyof T]: T[K] };

/** A row of a table as it is read: flat columns, and the row's id. */
export type RecordedRowOf<T extends TableSchema> = Flatten<
  { id: number } & {
    [K in keyof Columns<T> & string as FlatName<K, Columns<T>[K]>]: Columns<T>[K] extends Column<
      infer Value,
      infer Nullable,
      boolean
    >
      ? Recorded<Value> | (true extends Nullable ? null : never)
      : never;
  }
>;

/** The columns of a table as they are read. */
export type RecordedColumnsOf<T extends TableSchema> = Flatten<
  { id: TypedColumn<Float64Array> } & {
    [K in keyof Columns<T> & string as FlatName<K, Columns<T>[K]>]: Columns<T>[K] extends Column<
      infer Value,
      boolean,
      boolean
    >
      ? TypedColumn<RecordedArray<Value>>
      : never;
  }
>;

type TypedColumn<Values> = Omit<ColumnData, 'values'> & { readonly values: Values };
type NameOf<T extends TableSchema> = keyof RecordedRowOf<T> & string;
type Selecting<Options, Name extends string> = Omit<Options, 'select'> & {
  readonly select?: readonly Name[];
};

/** Reads a table whose schema is known: the same as a {@link TableReader}, with the types of its columns. */
export interface TypedTableReader<T extends TableSchema> {
  readonly info: TableInfo;
  columns<Name extends NameOf<T> = NameOf<T>>(
    options?: Selecting<ReadOptions, Name>,
  ): Promise<Pick<RecordedColumnsOf<T>, Name & keyof RecordedColumnsOf<T>>>;
  rows<Name extends NameOf<T> = NameOf<T>>(
    options?: Selecting<ReadOptions, Name>,
  ): AsyncIterableIterator<Pick<RecordedRowOf<T>, Name & keyof RecordedRowOf<T>>>;
  batches<Name extends NameOf<T> = NameOf<T>>(
    options?: Selecting<BatchOptions, Name>,
  ): AsyncIterableIterator<
    Omit<TableBatch, 'columns'> & {
      readonly columns: Pick<RecordedColumnsOf<T>, Name & keyof RecordedColumnsOf<T>>;
    }
  >;
  extent(column: NameOf<T>): ReturnType<TableReader['extent']>;
}

/**
 * Refuses a schema whose rows are not those of a table that was recorded.
 * @throws `SchemaMismatch` naming all differences
 */
function checkFits({ name, id, columns }: TableInfo, schema: TableSchema): void {
  const { plan } = planTable(schema);
  const differences = planDifferences({ ...plan, columns }, plan);
  for (const wanted of plan.columns) {
    const found = columns.find((column) => column.name === wanted.name);
    if (found === undefined) differences.push(`${wanted.name} was not recorded`);
    else if (found.nullable && !wanted.nullable) differences.push(`${wanted.name} is null in some rows`);
  }
  if (id !== plan.id) differences.push(`rows are told apart by ${id ?? 'a key'}, not ${plan.id}`);
  if (differences.length === 0) return;
  throw new SimtapeError(
    'SchemaMismatch',
    `table ${name} was recorded with another schema: ${differences.join('; ')}`,
    { table: name },
  );
}

/** The table of a name, or of a schema that it was recorded with. */
export function tableOf(of: string | TableSchema, open: (name: string) => TableReader): unknown {
  if (typeof of === 'string') return open(of);
  const table = open(of.name);
  checkFits(table.info, of);
  return table;
}
