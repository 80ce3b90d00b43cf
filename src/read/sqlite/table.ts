import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { quote } from '../../backends/sqlite/format.ts';
import { runColumn } from '../../backends/sqlite/tables.ts';
import type { StoredColumn } from '../../schema/plan.ts';
import { batchOf } from '../batch.ts';
import { arrayElements, ColumnBuilder, isWide } from '../column-builder.ts';
import { extentOf } from '../extent.ts';
import type { Stretch } from '../pieces.ts';
import type {
  BatchOptions,
  ColumnData,
  Extent,
  ReadOptions,
  RecordedRow,
  TableBatch,
  TableInfo,
} from '../reader.ts';
import { valueRowMaker } from '../row-maker.ts';
import { checkBatchRows, checkLimit, noSuchRun, RUN_ID, selectColumns } from '../select.ts';
import { conditionsOf } from '../where/conditions.ts';
import { ExactReader, floatOf } from './exact.ts';
import { type Clause, clauseOf } from './where.ts';

/** Turns what SQLite returns for a column into what was recorded; null for null. */
type Decode = (value: unknown, row: number | string) => unknown;

interface Selection {
  readonly statement: StatementSync;
  readonly parameters: readonly (number | bigint | string)[];
  readonly columns: readonly StoredColumn[];
}

/** Reads a table of a SQLite recording. The statement returns the row's id first, then the columns. */
export class SqliteTable {
  readonly info: TableInfo;
  readonly #database: DatabaseSync;
  readonly #key: string | null;
  readonly #runNumbers: ReadonlyMap<string, number>;
  readonly #tables: () => readonly TableInfo[];

  /** @param tables all tables of the recording */
  constructor(
    database: DatabaseSync,
    info: TableInfo,
    key: string | null,
    runNumbers: ReadonlyMap<string, number>,
    tables: () => readonly TableInfo[],
  ) {
    this.#database = database;
    this.info = info;
    this.#key = key;
    this.#runNumbers = runNumbers;
    this.#tables = tables;
  }

  columns(options: ReadOptions = {}): Readonly<Record<string, ColumnData>> {
    const selection = this.#select(options);
    const { columns } = selection;
    // Counted before the rows are read, in a snapshot of its own: rows that come meanwhile are left out.
    const count = this.#count(options);
    const builders = columns.map((column) => new ColumnBuilder(column, count));
    let row = 0;
    for (const values of this.#values(selection)) {
      if (row >= count) break;
      for (let i = 0; i < values.length; i++) {
        const value = values[i];
        if (value === null) builders[i]!.setNull(row);
        else builders[i]!.set(row, value);
      }
      row++;
    }
    return Object.fromEntries(columns.map((column, i) => [column.name, builders[i]!.finish()]));
  }

  *batches(options: BatchOptions = {}): IterableIterator<TableBatch> {
    const size = checkBatchRows(options);
    const selection = this.#select(options);
    const { columns } = selection;
    let waiting: unknown[][] = [];
    for (const values of this.#values(selection)) {
      waiting.push(values);
      if (waiting.length < size) continue;
      yield batchOf(columns, [columnwise(columns, waiting)]);
      waiting = [];
    }
    if (waiting.length > 0) yield batchOf(columns, [columnwise(columns, waiting)]);
  }

  *rows(options: ReadOptions = {}): IterableIterator<RecordedRow> {
    const selection = this.#select(options);
    const { columns } = selection;
    const make = valueRowMaker(columns, this.info.name);
    for (const values of this.#values(selection)) yield make(values);
  }

  extent(name: string): Extent | null {
    const [column] = selectColumns(this.info, [name]);
    // Those from 2^63 on stand in the list of exact values.
    if (column!.kind === 'u64') return extentOf(this.columns({ select: [name] })[name]!);
    const value = this.#value(column!);
    const table = quote(this.info.name);
    const statement = this.#database.prepare(
      // One by one, since an index answers only a statement that asks for one of them.
      `SELECT (SELECT min(${value}) FROM ${table}) AS least, (SELECT max(${value}) FROM ${table}) AS greatest`,
    );
    statement.setReadBigInts(true);
    const { least, greatest } = statement.get()!;
    if (least === null) return null;
    const decode = plainDecoder(column!);
    return { least: decode(least, 0), greatest: decode(greatest, 0) } as Extent;
  }

  /** What was recorded, row by row. */
  *#values({ statement, parameters, columns }: Selection): IterableIterator<unknown[]> {
    let decode: readonly Decode[] | undefined;
    for (const values of statement.iterate(...parameters) as unknown as Iterable<unknown[]>) {
      // Read while the statement is under way, so that both see the same commits.
      if (decode === undefined) {
        const exact = new ExactReader(this.#database, this.info.name, this.#key !== null);
        decode = columns.map((column) => decoder(column, exact));
      }
      const row = this.#key === null ? Number(values[0]) : `${values[1]} ${values[0]}`;
      const fields = new Array<unknown>(decode.length);
      for (let i = 0; i < decode.length; i++) fields[i] = decode[i]!(values[i + 2], row);
      yield fields;
    }
  }

  #count(options: ReadOptions): number {
    const { where, parameters } = this.#where(options);
    const sql = `SELECT count(*) AS count FROM ${quote(this.info.name)}${where}`;
    const { count } = this.#database.prepare(sql).get(...parameters)!;
    return Math.min(Number(count), checkLimit(options));
  }

  #select(options: ReadOptions): Selection {
    const { name, id } = this.info;
    const columns = selectColumns(this.info, options.select);
    const { where, parameters } = this.#where(options);
    // Bytes that mark a row in the table of exact values: its id, or its key where rows have none.
    const rowName = id ?? this.#key ?? 'rowid';
    const run =
      this.#key === null ? 'NULL' : `(SELECT run_number FROM runs WHERE runs.run_id = ${quote(name)}.run_id)`;
    const list = [quote(rowName), run, ...columns.map((column) => this.#value(column))].join(', ');
    const most = checkLimit(options);
    const limit = most === Number.POSITIVE_INFINITY ? '' : ` LIMIT ${most}`;
    // Rows with a key: run by run, in the order of their keys.
    const order = id === null ? '2, 1' : quote(id);
    const statement = this.#database.prepare(
      `SELECT ${list} FROM ${quote(name)}${where} ORDER BY ${order}${limit}`,
    );
    statement.setReturnArrays(true);
    // All integers as bigints, or those beyond 2^53 would be an error.
    statement.setReadBigInts(true);
    return { statement, parameters, columns };
  }

  /** What gives a column's value: `run_id` stands in some tables only. */
  #value(column: StoredColumn): string {
    if (column !== RUN_ID || runColumn(this.info) === 'run_id') return quote(column.name);
    return `(SELECT run_id FROM runs WHERE runs.run_number = ${quote(this.info.name)}.run_number)`;
  }

  #where({ run, where }: ReadOptions): { where: string; parameters: (number | bigint | string)[] } {
    const clauses = conditionsOf(this.info, where, this.#tables).map((condition) => clauseOf(condition));
    if (run !== undefined) clauses.push(this.#runClause(run));
    if (clauses.length === 0) return { where: '', parameters: [] };
    return {
      where: ` WHERE ${clauses.map(({ sql }) => sql).join(' AND ')}`,
      parameters: clauses.flatMap(({ parameters }) => parameters),
    };
  }

  #runClause(run: string): Clause {
    const column = runColumn(this.info);
    const number = this.#runNumbers.get(run);
    if (number === undefined) throw noSuchRun(run, this.#runNumbers.keys());
    return { sql: `${column} = ?`, parameters: [column === 'run_id' ? run : number] };
  }
}

function columnwise(columns: readonly StoredColumn[], rows: readonly unknown[][]): Stretch {
  return { cells: columns.map((_, i) => rows.map((row) => row[i])), from: 0, to: rows.length };
}

function decoder(column: StoredColumn, exact: ExactReader): Decode {
  const bits = exact.column(column.name);
  const plain = plainDecoder(column);
  if (bits === undefined) return plain;
  const float = column.kind === 'f64' || column.kind === 'f32';
  return (value, row) => {
    const found = bits.get(row);
    if (found === undefined) return plain(value, row);
    return float ? floatOf(found) : found;
  };
}

function plainDecoder(column: StoredColumn): Decode {
  const { kind, nullable, element } = column;
  switch (kind) {
    case 'f64':
    case 'f32':
      // In a column that no row may leave out, NULL is how NaN is stored.
      return (value) => (value === null ? (nullable ? null : Number.NaN) : Number(value));
    case 'bool':
      return (value) => (value === null ? null : value !== 0n);
    case 'array':
      return (value) => (value === null ? null : arrayElements(element!, value as Uint8Array));
    case 'utf8':
    case 'json':
    case 'enum':
    case 'bytes':
      return (value) => value;
    default:
      if (isWide(kind)) return (value) => (value === null ? null : BigInt(value as bigint | number));
      return (value) => (value === null ? null : Number(value));
  }
}
