import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { SimtapeError } from '../../errors.ts';
import type { StoredColumn } from '../../schema/plan.ts';
import { ownColumns } from '../select.ts';
import { encodeTable } from './encode.ts';
import { reasonOf } from './reason.ts';
import type { SqlRun, SqlTable } from './source.ts';

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

/** Makes the views of a recording's tables, each when a statement first names it. */
export class Views {
  readonly #runs: readonly SqlRun[];
  readonly #folder: string;
  readonly #made = new Set<string>();
  #files = 0;

  /** @param folder for rows that are in no Parquet file */
  constructor(runs: readonly SqlRun[], folder: string) {
    this.#runs = runs;
    this.#folder = folder;
  }

  /** Names of the tables that a statement may mean and that have no view yet. */
  wanted(sql: string): string[] {
    const text = sql.toLowerCase();
    // What lists tables, or takes names at run time, gets all of them.
    const all = /\b(show|describe|information_schema|duckdb_\w+|pg_\w+|sqlite_\w+|query\w*)\b/.test(text);
    const names = new Map<string, string>();
    for (const { tables } of this.#runs) {
      for (const { info } of tables) names.set(info.name.toLowerCase(), info.name);
    }
    return [...names]
      .filter(([name]) => !this.#made.has(name) && (all || text.includes(name)))
      .map(([, name]) => name);
  }

  /**
   * Makes the view of a table: one row a row of any run, with `run_id` in front.
   * @throws `QueryFailed`, and what reading rows throws that are in no Parquet file
   */
  async make(connection: DuckDBConnection, name: string): Promise<void> {
    const sql = await this.#statement(name);
    try {
      await connection.run(sql);
    } catch (cause) {
      const message = `table ${name} cannot be queried: ${reasonOf(cause as Error)}`;
      throw new SimtapeError('QueryFailed', message, { sql }, cause);
    }
    this.#made.add(name.toLowerCase());
  }

  async #statement(name: string): Promise<string> {
    const selects: string[] = [];
    for (const run of this.#runs) {
      const table = run.tables.find(({ info }) => info.name.toLowerCase() === name.toLowerCase());
      if (table !== undefined) selects.push(...(await this.#selects(run, table)));
    }
    return `CREATE VIEW ${identifier(name)} AS ${selects.join(' UNION ALL BY NAME ')}`;
  }

  async #selects({ run }: SqlRun, { info, parts }: SqlTable): Promise<string[]> {
    const own = ownColumns(info);
    const ownRunId = own.some(({ name }) => name.toLowerCase() === 'run_id');
    const runId = ownRunId ? '' : `${literal(run.runId)} AS run_id, `;
    const typed = own.map((column) => `NULL::${sqlType(column)} AS ${identifier(column.name)}`);
    const selects = [`SELECT ${runId}${typed.join(', ')} WHERE false`];
    const from = (files: readonly string[]) => {
      const list = files.map(literal).join(', ');
      // Columns by name: the plan may have fewer than a file that came since, and files may lack some.
      return `SELECT ${runId}* FROM read_parquet([${list}], union_by_name = true, hive_partitioning = false)`;
    };
    const { files, rest } = await parts();
    if (files.length > 0) selects.push(from(files));
    if (rest !== null) {
      const path = join(this.#folder, `rows-${++this.#files}.parquet`);
      if (await encodeTable(path, own, rest)) selects.push(from([path]));
    }
    return selects;
  }
}

function sqlType({ kind, element }: StoredColumn): string {
  return element === undefined ? SQL_TYPES[kind] : `${SQL_TYPES[element]}[]`;
}

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
