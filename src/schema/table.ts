import { SimtapeError, show } from '../errors.ts';
import { COLUMN_KINDS, type Column, type TableSchema } from './types.ts';

/** What a table is beside its columns. */
export interface TableOptions {
  description?: string;
  /** Rows that many others refer to (bodies, metadata): never dropped, whatever the overflow policy. */
  static?: boolean;
}

type ValueOf<C> = C extends Column<infer Value, boolean, boolean> ? Value : never;
type OptionalNames<Columns> = {
  [K in keyof Columns]: Columns[K] extends Column<unknown, infer N, infer F>
    ? true extends N | F
      ? K
      : never
    : never;
}[keyof Columns];
type NullableValue<C> =
  C extends Column<infer Value, infer N, boolean>
    ? true extends N
      ? Value | null | undefined
      : Value | undefined
    : never;
type Flatten<T> = { [K in keyof T]: T[K] };

/** The row that a table takes: nullable columns and frame references may be left out. */
export type RowOf<T extends TableSchema> =
  T extends TableSchema<infer Columns, boolean>
    ? Flatten<
        { [K in Exclude<keyof Columns, OptionalNames<Columns>>]: ValueOf<Columns[K]> } & {
          [K in OptionalNames<Columns>]?: NullableValue<Columns[K]>;
        }
      >
    : never;

/** Names of 1 to 63 characters that every format and SQL dialect takes without quoting trouble. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;
const RESERVED_TABLES = new Set(['runs', 'episodes', 'steps', 'simulation_frame']);
const RESERVED_COLUMNS = new Set(['id', 'rowid', 'oid', '_rowid_', 'run_id', 'run_number']);
const PARTS = { vec2: ['x', 'y'], vec3: ['x', 'y', 'z'], quat: ['x', 'y', 'z', 'w'] } as const;

/** Suffixes of the flat columns that a vector is stored in, or null for a column that is stored as one. */
export function partsOf(kind: string): readonly string[] | null {
  return PARTS[kind as keyof typeof PARTS] ?? null;
}

/**
 * Declares a table of your own. The row type is inferred from the columns.
 *
 * @throws `InvalidSchema` for a bad, duplicate or reserved name, a reference that is not to a table, a reference
 * cycle, or no columns.
 */
export function defineTable<const Columns extends Record<string, Column>>(
  name: string,
  columns: Columns,
  options?: TableOptions,
): TableSchema<Columns, false> {
  checkName(name, name, undefined);
  if (RESERVED_TABLES.has(name.toLowerCase()) || /^(sqlite|simtape)_/i.test(name)) {
    throw new SimtapeError(
      'InvalidSchema',
      `the table name ${show(name)} is reserved for the recorder's own tables: choose another`,
      { table: name },
    );
  }
  const schema = { name, columns, static: false, ...options, id: 'id', key: null, frames: false } as const;
  checkColumns(schema);
  return Object.freeze(schema);
}

/** Checks column names and references. The recorder's own tables pass through here too. */
export function checkColumns(schema: TableSchema): void {
  const { name: table, columns } = schema;
  if (typeof columns !== 'object' || columns === null || Object.keys(columns).length === 0) {
    throw new SimtapeError('InvalidSchema', `table ${table} has no columns: give it at least one`, { table });
  }
  const stored = new Map<string, string>();
  for (const [name, column] of Object.entries(columns)) {
    checkName(table, name, name);
    if (typeof column !== 'object' || column === null || !COLUMN_KINDS.includes(column.kind)) {
      throw new SimtapeError(
        'InvalidSchema',
        `${table}.${name} is ${describe(column)}, not a column: call the builder, as in ${name}: f64()`,
        { table, column: name },
      );
    }
    if (column.kind === 'ref') checkReference(schema, name, column);
    for (const part of storedNames(name, column)) {
      const taken = stored.get(part.toLowerCase());
      const reserved = RESERVED_COLUMNS.has(part.toLowerCase()) || part in Object.prototype;
      if (taken !== undefined || reserved) {
        const why = taken === undefined ? 'is a reserved name' : `is also what ${taken} is stored as`;
        throw new SimtapeError(
          'InvalidSchema',
          `column ${table}.${name} is stored as ${part}, which ${why}: rename it`,
          { table, column: name },
        );
      }
      stored.set(part.toLowerCase(), name);
    }
  }
}

function describe(column: unknown): string {
  const kind = (column as { kind?: unknown } | null | undefined)?.kind;
  return kind === undefined ? show(column) : `of kind ${show(kind)}`;
}

/** Names of the flat columns that a column is stored as: `position` of a `vec3` gives `position_x` … `_z`. */
export function storedNames(name: string, column: Column): readonly string[] {
  return partsOf(column.kind)?.map((part) => `${name}_${part}`) ?? [name];
}

function checkName(table: string, name: unknown, column: string | undefined): void {
  if (typeof name === 'string' && NAME.test(name)) return;
  const fields = column === undefined ? { table } : { table, column };
  throw new SimtapeError(
    'InvalidSchema',
    `${show(name)} is not a ${column === undefined ? 'table' : 'column'} name: use 1 to 63 letters, digits and _, not starting with a digit`,
    fields,
  );
}

function checkReference(schema: TableSchema, name: string, column: Column): void {
  const { name: table } = schema;
  const target = column.target;
  if (typeof target !== 'object' || target === null || typeof target.name !== 'string' || !target.columns) {
    throw new SimtapeError(
      'InvalidSchema',
      `${table}.${name} refers to ${show(target)}, which is no table: pass what defineTable returned`,
      { table, column: name },
    );
  }
  if (schema.static && !target.static) {
    throw new SimtapeError(
      'InvalidSchema',
      `${table} is static, so its rows are never dropped, but ${table}.${name} refers to ${target.name}, whose rows may be: make ${target.name} static too, or store the value itself`,
      { table, column: name },
    );
  }
  const path = cyclePath(target, table, [table]);
  if (path !== null) {
    throw new SimtapeError(
      'InvalidSchema',
      `${table}.${name} closes a reference cycle: ${path.join(' -> ')}`,
      {
        table,
        column: name,
      },
    );
  }
}

function cyclePath(from: TableSchema, name: string, path: readonly string[]): readonly string[] | null {
  const here = [...path, from.name];
  if (from.name === name) return here;
  if (path.includes(from.name)) return null;
  for (const column of Object.values(from.columns)) {
    const found = column.target === undefined ? null : cyclePath(column.target, name, here);
    if (found !== null) return found;
  }
  return null;
}
