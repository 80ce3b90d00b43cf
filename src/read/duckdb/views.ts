import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { SimtapeError } from '../../errors.ts';
import type { StoredColumn } from '../../schema/plan.ts';
import { ownColumns } from '../select.ts';
import { conflictsOf } from './conflicts.ts';
import { encodeTable } from './encode.ts';
import { reasonOf } from './reason.ts';
import type { Needed, SqlRun, SqlTable } from './source.ts';

/** Types of columns, for tables and runs without rows. */
const SQL_TYPES: Readonly<Record<StoredColumn['kind'], string>> = {
  f64: 'DOUBLE',
  f32: 'FLOAT',
  i8: 'TINYINT',
  i16: 'SMALLINT',
  i32: 'INTEGER',
  i64: 'BIGINT',
  u8: 'UTINYINT',
  u16: 'USMALLINT',
  u32: 'UINTEGER',
  u64: 'UBIGINT',
  timestamp: 'TIMESTAMP WITH TIME ZONE',
  ref: 'BIGINT',
  bool: 'BOOLEAN',
  utf8: 'VARCHAR',
  json: 'JSON',
  enum: 'VARCHAR',
  bytes: 'BLOB',
  array: '',
};

/** Types of the columns of all tables, as their views have them. */
export function columnTypes(runs: readonly SqlRun[]): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const tables = new Map<string, Map<string, string>>();
  for (const { info } of runs.flatMap((run) => run.tables)) {
    const known = tables.get(info.name.toLowerCase()) ?? new Map([['run_id', 'VARCHAR']]);
    tables.set(info.name.toLowerCase(), known);
    for (const column of ownColumns(info)) known.set(column.name, sqlType(column));
  }
  return tables;
}

/** A table that a statement names, and the columns that its view is to have rows of; null for all. */
interface WantedView {
  readonly name: string;
  readonly columns: ReadonlySet<string> | null;
}

/** Makes the views of a recording's tables, each when a statement first names it. */
export class Views {
  readonly #runs: readonly SqlRun[];
  readonly #folder: string;
  /** Columns that views have rows of; null for all. */
  readonly #made = new Map<
    string,
    { readonly columns: ReadonlySet<string> | null; readonly times: number }
  >();
  #files = 0;

  /** @param folder for rows that are in no Parquet file */
  constructor(runs: readonly SqlRun[], folder: string) {
    this.#runs = runs;
    this.#folder = folder;
  }

  /** Tables that a statement may mean and that have no view yet, or one of too few columns. */
  wanted(sql: string, needed: Needed | null): WantedView[] {
    const text = sql.toLowerCase();
    // What lists tables, or takes names at run time, gets all of them.
    const all = /\b(show|describe|information_schema|duckdb_\w+|pg_\w+|sqlite_\w+|query\w*)\b/.test(text);
    const names = new Map<string, string>();
    for (const { tables } of this.#runs) {
      for (const { info } of tables) names.set(info.name.toLowerCase(), info.name);
    }
    const wanted: WantedView[] = [];
    for (const [name, given] of names) {
      if (!all && !text.includes(name)) continue;
      const columns = needed === null ? null : (needed.get(name) ?? new Set<string>());
      const made = this.#made.get(name);
      if (made === undefined) wanted.push({ name: given, columns });
      else if (!covers(made.columns, columns)) {
        // Who comes back for columns a second time may do so again.
        const both = columns === null || made.times > 1 ? null : new Set([...made.columns!, ...columns]);
        wanted.push({ name: given, columns: both });
      }
    }
    return wanted;
  }

  /**
   * Makes the view of a table: one row a row of any run, with `run_id` in front.
   * @param refuseIfCancelled is called again and again while rows are read, and throws where nobody wants the view any more
   * @throws `QueryFailed`, and what reading rows throws that are in no Parquet file
   */
  async make(
    connection: DuckDBConnection,
    { name, columns }: WantedView,
    refuseIfCancelled: () => void,
  ): Promise<void> {
    const sql = await this.#statement(name, columns, refuseIfCancelled);
    try {
      await connection.run(sql);
    } catch (cause) {
      const message = `table ${name} cannot be queried: ${reasonOf(cause as Error)}`;
      throw new SimtapeError('QueryFailed', message, { sql }, cause);
    }
    const { times = 0 } = this.#made.get(name.toLowerCase()) ?? {};
    this.#made.set(name.toLowerCase(), { columns, times: times + 1 });
  }

  async #statement(
    name: string,
    columns: ReadonlySet<string> | null,
    refuseIfCancelled: () => void,
  ): Promise<string> {
    const selects: string[] = [];
    for (const run of this.#runs) {
      const table = run.tables.find(({ info }) => info.name.toLowerCase() === name.toLowerCase());
      if (table !== undefined) selects.push(...(await this.#selects(run, table, columns, refuseIfCancelled)));
    }
    const union = selects.join(' UNION ALL BY NAME ');
    const refused = conflictsOf(this.#runs, name).map(({ column, message }) =>
      refusedColumn(column, message),
    );
    const select = refused.length === 0 ? union : `SELECT * REPLACE (${refused.join(', ')}) FROM (${union})`;
    return `CREATE OR REPLACE VIEW ${identifier(name)} AS ${select}`;
  }

  async #selects(
    { run, reads }: SqlRun,
    { info, parts }: SqlTable,
    columns: ReadonlySet<string> | null,
    refuseIfCancelled: () => void,
  ): Promise<string[]> {
    const own = ownColumns(info);
    const ownRunId = own.some(({ name }) => name.toLowerCase() === 'run_id');
    const runId = ownRunId ? '' : `${literal(run.runId)} AS run_id, `;
    const typed = own.map((column) => `NULL::${sqlType(column)} AS ${identifier(column.name)}`);
    const selects = [`SELECT ${runId}${typed.join(', ')} WHERE false`];
    const from = (files: readonly string[], list: string) => {
      const names = files.map(literal).join(', ');
      // Columns by name: the plan may have fewer than a file that came since, and files may lack some.
      return `SELECT ${runId}${list} FROM read_parquet([${names}], union_by_name = true, hive_partitioning = false)`;
    };
    const stored = columns === null || !reads ? own : someOf(own, columns);
    const { files, rest } = await parts(stored === own ? null : stored.map(({ name }) => name));
    if (files.length > 0) selects.push(from(files, '*'));
    if (rest !== null) {
      const path = join(this.#folder, `rows-${++this.#files}.parquet`);
      const list = stored === own ? '*' : own.map((column) => columnOf(column, info.name, stored)).join(', ');
      if (await encodeTable(path, stored, rest, refuseIfCancelled)) selects.push(from([path], list));
    }
    return selects;
  }
}

/** The columns that are needed, or one, so that there are as many rows. */
function someOf(own: readonly StoredColumn[], columns: ReadonlySet<string>): readonly StoredColumn[] {
  const some = own.filter(({ name }) => columns.has(name));
  return some.length > 0 ? some : own.slice(0, 1);
}

/** A column that was not read is an error where it is used all the same, and never a null. */
function columnOf(column: StoredColumn, table: string, stored: readonly StoredColumn[]): string {
  const name = identifier(column.name);
  if (stored.includes(column)) return name;
  return refusedColumn(column, `column ${table}.${column.name} was not read for this statement`);
}

/** A column that is an error where it is used, and nowhere else. */
function refusedColumn(column: StoredColumn, message: string): string {
  return `error(${literal(message)})::${sqlType(column)} AS ${identifier(column.name)}`;
}

function covers(made: ReadonlySet<string> | null, wanted: ReadonlySet<string> | null): boolean {
  return made === null || (wanted !== null && [...wanted].every((name) => made.has(name)));
}

function sqlType({ kind, element }: StoredColumn): string {
  return element === undefined ? SQL_TYPES[kind] : `${SQL_TYPES[element]}[]`;
}

export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
