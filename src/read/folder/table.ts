import type { StoredColumn } from '../../schema/plan.ts';
import { batchOf } from '../batch.ts';
import { extentOf } from '../extent.ts';
import type { Cells, Stretch } from '../pieces.ts';
import type {
  BatchOptions,
  ColumnData,
  Extent,
  ReadOptions,
  RecordedRow,
  TableBatch,
  TableInfo,
  TableReader,
} from '../reader.ts';
import { checkLimit, noSuchRun, RUN_ID, selectColumns } from '../select.ts';
import { canTest, conditionsOf } from '../where/conditions.ts';
import type { Member } from './member.ts';
import { refuseConflicts, type UnitedTable } from './unite.ts';

/** What is read of one member. */
interface Part {
  readonly table: TableReader;
  /** Its own of the columns, and options for it. */
  readonly options: ReadOptions;
}

/** Reads a table of several recordings, one after another. Columns that a recording has not got are null. */
export class FolderTable implements TableReader {
  readonly #united: UnitedTable;
  readonly #runs: ReadonlyMap<string, Member>;
  readonly #tables: () => readonly TableInfo[];

  /**
   * @param runs which recording holds a run
   * @param tables all tables of the folder
   */
  constructor(united: UnitedTable, runs: ReadonlyMap<string, Member>, tables: () => readonly TableInfo[]) {
    this.#united = united;
    this.#runs = runs;
    this.#tables = tables;
  }

  get info(): TableInfo {
    return this.#united.info;
  }

  async columns(options: ReadOptions = {}): Promise<Readonly<Record<string, ColumnData>>> {
    const columns = this.#select(options);
    const stretches: Stretch[] = [];
    for await (const batch of this.#batches(columns, options)) stretches.push(stretchOf(columns, batch));
    return batchOf(columns, stretches).columns;
  }

  async *batches(options: BatchOptions = {}): AsyncGenerator<TableBatch, void> {
    const columns = this.#select(options);
    for await (const batch of this.#batches(columns, options))
      yield batchOf(columns, [stretchOf(columns, batch)]);
  }

  async *rows(options: ReadOptions = {}): AsyncGenerator<RecordedRow, void> {
    const columns = this.#select(options);
    const empty = Object.fromEntries(columns.map(({ name }) => [name, null]));
    for await (const { table, options: own } of this.#parts(columns, options)) {
      for await (const row of table.rows(own)) yield { ...empty, ...row };
    }
  }

  async extent(name: string): Promise<Extent | null> {
    const columns = this.#select({ select: [name] });
    const values: (number | bigint)[] = [];
    for await (const { table, options } of this.#parts(columns, {})) {
      if (options.select!.length === 0) continue;
      const extent = await table.extent(name);
      if (extent !== null) values.push(extent.least, extent.greatest);
    }
    return extentOf({ values } as unknown as ColumnData);
  }

  #select(options: ReadOptions): readonly StoredColumn[] {
    const columns = selectColumns(this.info, options.select);
    const { run } = options;
    conditionsOf(this.info, options.where, this.#tables);
    if (run === undefined) {
      refuseConflicts(this.#united, columns);
      return columns;
    }
    // In one run, a column is of the kind that it has there.
    const own = this.#runs.get(run)?.tables.find(({ name }) => name === this.info.name)?.columns ?? [];
    return columns.map((column) =>
      column === RUN_ID ? column : (own.find(({ name }) => name === column.name) ?? column),
    );
  }

  async *#batches(columns: readonly StoredColumn[], options: BatchOptions): AsyncGenerator<TableBatch, void> {
    for await (const { table, options: own } of this.#parts(columns, options)) yield* table.batches(own);
  }

  /** The members that have the table; of one run, where options name it. */
  #membersOf({ run }: ReadOptions): readonly Member[] {
    if (run === undefined) return this.#united.members;
    const member = this.#runs.get(run);
    if (member === undefined) throw noSuchRun(run, this.#runs.keys());
    return member.tables.some(({ name }) => name === this.info.name) ? [member] : [];
  }

  /** The members that have rows of the table, each open while it is read; one run's, where options name it. */
  async *#parts(columns: readonly StoredColumn[], options: BatchOptions): AsyncGenerator<Part, void> {
    let left = checkLimit(options);
    for (const member of this.#membersOf(options)) {
      if (left === 0) return;
      // Where a recording has not got a column, it is null.
      const info = member.tables.find(({ name }) => name === this.info.name)!;
      if (!canTest(info, options.where)) continue;
      const { reader, done } = await member.use();
      try {
        const table = counted(reader.table(this.info.name), (rows) => {
          left -= rows;
        });
        const own = new Set([table.info.id, RUN_ID.name, ...table.info.columns.map(({ name }) => name)]);
        const select = columns.filter(({ name }) => own.has(name)).map(({ name }) => name);
        yield { table, options: { ...options, select, limit: left } };
      } finally {
        done();
      }
    }
  }
}

/** The same table, telling how many rows it gave. */
function counted(table: TableReader, gave: (rows: number) => void): TableReader {
  return {
    info: table.info,
    columns: (options) => table.columns(options),
    extent: (column) => table.extent(column),
    async *batches(options) {
      for await (const batch of table.batches(options)) {
        gave(batch.rows);
        yield batch;
      }
    },
    async *rows(options) {
      for await (const row of table.rows(options)) {
        gave(1);
        yield row;
      }
    },
  };
}

function stretchOf(columns: readonly StoredColumn[], { rows, columns: data }: TableBatch): Stretch {
  const cells = columns.map(({ name }) => cellsOf(data[name], rows));
  return { cells, from: 0, to: rows };
}

function cellsOf(data: ColumnData | undefined, rows: number): Cells {
  if (data === undefined) return new Array<null>(rows).fill(null);
  const { values, validity } = data;
  if (validity === undefined) return values as Cells;
  return Array.from(values as ArrayLike<unknown>, (value, row) =>
    (validity[row >> 3]! & (1 << (row & 7))) === 0 ? null : value,
  );
}
