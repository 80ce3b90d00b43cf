import { SimtapeError } from '../../errors.ts';
import type { StoredColumn, TablePlan } from '../../schema/plan.ts';
import { batchOf } from '../batch.ts';
import { ColumnBuilder } from '../column-builder.ts';
import { extentOf } from '../extent.ts';
import { inOrder, type Piece, type Stretch } from '../pieces.ts';
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
import { checkBatchRows, checkLimit, noSuchRun, RUN_ID, selectColumns } from '../select.ts';
import type { Contents } from './contents.ts';
import { damaged } from './damage.ts';
import { journalPieces } from './journal-rows.ts';
import { keyedRows } from './keyed.ts';
import { Turns } from './turns.ts';

/** Reads a table of a Parquet run. */
export class ParquetTable implements TableReader {
  readonly info: TableInfo;
  readonly #plan: TablePlan;
  readonly #contents: Contents;
  readonly #refuseIfClosed: () => void;

  constructor(info: TableInfo, plan: TablePlan, contents: Contents, refuseIfClosed: () => void) {
    this.info = info;
    this.#plan = plan;
    this.#contents = contents;
    this.#refuseIfClosed = refuseIfClosed;
  }

  async columns(options: ReadOptions = {}): Promise<Readonly<Record<string, ColumnData>>> {
    const columns = selectColumns(this.info, options.select);
    const stretches = this.#stretches(columns, options);
    // How many rows of a key make one is known only when they are read.
    if (this.#plan.key !== null) return batchOf(columns, await Array.fromAsync(stretches)).columns;
    const total = Math.min(this.info.rows, checkLimit(options));
    const builders = columns.map((column) => new ColumnBuilder(column, total));
    let rows = 0;
    for await (const { cells, from, to } of stretches) {
      if (rows + to - from > total) throw this.#miscounted(`more than ${total}`);
      for (const [i, builder] of builders.entries()) builder.fill(rows, cells[i]!, from, to);
      rows += to - from;
    }
    if (rows < total) throw this.#miscounted(`${rows} of ${total}`);
    return Object.fromEntries(columns.map(({ name }, i) => [name, builders[i]!.finish()]));
  }

  async *batches(options: BatchOptions = {}): AsyncGenerator<TableBatch, void> {
    const size = checkBatchRows(options);
    const columns = selectColumns(this.info, options.select);
    let waiting: Stretch[] = [];
    let room = size;
    for await (const { cells, from, to } of this.#stretches(columns, options)) {
      for (let at = from; at < to; ) {
        const end = Math.min(to, at + room);
        waiting.push({ cells, from: at, to: end });
        room -= end - at;
        at = end;
        if (room > 0) continue;
        yield batchOf(columns, waiting);
        waiting = [];
        room = size;
      }
    }
    if (waiting.length > 0) yield batchOf(columns, waiting);
  }

  async *rows(options: ReadOptions = {}): AsyncGenerator<RecordedRow, void> {
    const columns = selectColumns(this.info, options.select);
    for await (const { cells, from, to } of this.#stretches(columns, options)) {
      for (let at = from; at < to; at++) {
        const row: Record<string, unknown> = {};
        for (const [i, column] of columns.entries()) {
          const value = cells[i]![at] ?? null;
          row[column.name] = column.kind === 'json' && value !== null ? parsed(value, this.info) : value;
        }
        yield row;
      }
    }
  }

  async extent(name: string): Promise<Extent | null> {
    const [column] = selectColumns(this.info, [name]);
    this.#refuseIfClosed();
    // A later row of a key may have another value than the one that a file has.
    const telling = this.#plan.key === null || (await this.#contents.hasRowPerKey(this.info.name));
    const kept = telling ? await this.#keptExtent(column!) : undefined;
    return kept === undefined ? extentOf((await this.columns({ select: [name] }))[name]!) : kept;
  }

  /** From the bounds that footers keep; undefined where these do not tell. */
  async #keptExtent({ name, kind }: StoredColumn): Promise<Extent | null | undefined> {
    if (this.#contents.hasJournalRows(this.info.name) || !hasBounds(kind)) return undefined;
    const values: unknown[] = [];
    const turns = new Turns();
    for (const file of await this.#contents.openAll(this.info.name)) {
      await turns.next();
      if (!file.has(name)) continue;
      for (const bounds of await file.bounds(name)) {
        if (bounds === null) return undefined;
        if (bounds.least !== null) values.push(number(kind, bounds.least), number(kind, bounds.greatest));
      }
    }
    return extentOf({ values } as unknown as ColumnData);
  }

  /** Where the files have other rows than the manifest says. */
  #miscounted(found: string): SimtapeError<'NotARecording'> {
    const { path } = this.#contents.folder;
    return damaged(path, `the files of table ${this.info.name} have ${found} rows`);
  }

  async *#stretches(columns: readonly StoredColumn[], options: ReadOptions): AsyncGenerator<Stretch, void> {
    const limit = checkLimit(options);
    this.#refuseIfClosed();
    const { runId } = this.#contents.folder.manifest.run;
    if (options.run !== undefined && options.run !== runId) throw noSuchRun(options.run, [runId]);
    const names = columns.filter((column) => column !== RUN_ID).map(({ name }) => name);
    const stretches =
      this.#plan.key === null
        ? inOrder(await this.#pieces(names), names, this.#plan.id!, limit)
        : keyedRows(this.#contents, this.#plan, names, limit);
    const turns = new Turns();
    for await (const stretch of stretches) {
      await turns.next();
      this.#refuseIfClosed();
      yield { ...stretch, cells: withRun(columns, stretch, runId) };
    }
  }

  async #pieces(names: readonly string[]): Promise<Piece[]> {
    const { id, name } = this.#plan;
    const { journal } = this.#contents.folder;
    const files = await this.#contents.openAll(name);
    const pieces = files.flatMap((file) => file.pieces());
    if (journal === null || !this.#contents.hasJournalRows(name)) return pieces;
    const own = names.filter((column) => column !== id);
    return [...pieces, ...journalPieces(journal, this.#contents, name, own)];
  }
}

/** The cells of all columns, `run_id` among them. */
function withRun(columns: readonly StoredColumn[], { cells, to }: Stretch, runId: string): Stretch['cells'] {
  let next = 0;
  return columns.map((column) => (column === RUN_ID ? new Array<string>(to).fill(runId) : cells[next++]!));
}

function hasBounds(kind: StoredColumn['kind']): boolean {
  return !['utf8', 'json', 'bytes', 'enum', 'array', 'bool'].includes(kind);
}

/** A bound as a value of its column. */
function number(kind: StoredColumn['kind'], bound: unknown): number | bigint {
  return kind === 'ref' ? Number(bound) : (bound as number | bigint);
}

function parsed(text: unknown, { name }: TableInfo): unknown {
  try {
    return JSON.parse(text as string);
  } catch (cause) {
    throw new SimtapeError('NotARecording', `a value of table ${name} is no JSON`, { path: name }, cause);
  }
}
