import { SimtapeError } from '../errors.ts';
import type { StoredColumn, TablePlan } from '../schema/plan.ts';
import { batchOf } from './batch.ts';
import { ColumnBuilder } from './column-builder.ts';
import { extentOf } from './extent.ts';
import { damaged } from './parquet/damage.ts';
import { inOrder, type Piece, type Stretch } from './pieces.ts';
import type {
  BatchOptions,
  ColumnData,
  Extent,
  Reader,
  ReadOptions,
  RecordedRow,
  TableBatch,
  TableInfo,
  TableReader,
} from './reader.ts';
import { rowMaker } from './row-maker.ts';
import { checkBatchRows, checkLimit, noSuchRun, RUN_ID, selectColumns } from './select.ts';
import { Turns } from './turns.ts';
import { picked, rowsThatHold } from './where/choose.ts';
import { type Condition, conditionsOf } from './where/conditions.ts';
import { framesAt } from './where/frames-at.ts';

/** Rows that memory is taken for before they are there: what a recording says of itself may not be true. */
const ROOM = 2 ** 20;

/** What a table needs of its recording: the other tables. */
export type Siblings = Pick<Reader, 'table' | 'tables'>;

/** A table of one run whose rows come in stretches: what formats have in common that keep columns. */
export abstract class StretchTable implements TableReader {
  readonly info: TableInfo;
  protected readonly plan: TablePlan;
  protected readonly refuseIfClosed: () => void;
  protected readonly path: string;
  readonly #siblings: Siblings;
  readonly #runId: string;

  /** @param path the run's file or folder */
  constructor(
    info: TableInfo,
    plan: TablePlan,
    path: string,
    runId: string,
    siblings: Siblings,
    refuseIfClosed: () => void,
  ) {
    this.info = info;
    this.path = path;
    this.plan = plan;
    this.#siblings = siblings;
    this.#runId = runId;
    this.refuseIfClosed = refuseIfClosed;
  }

  /**
   * The rows of a table with ids, in pieces; those may be left out in which no row holds the conditions.
   * @param names columns that will be read
   */
  protected abstract pieces(names: readonly string[], conditions: readonly Condition[]): Promise<Piece[]>;

  /** The rows of a table with a key, in the order of their keys; those may be left out whose key holds no condition. */
  protected abstract keyed(
    names: readonly string[],
    conditions: readonly Condition[],
  ): AsyncIterable<Stretch>;

  async columns(options: ReadOptions = {}): Promise<Readonly<Record<string, ColumnData>>> {
    const columns = selectColumns(this.info, options.select);
    const stretches = this.#stretches(columns, options);
    // How many rows of a key make one, or hold a condition, is known only when they are read.
    if (this.plan.key !== null || options.where !== undefined)
      return batchOf(columns, await Array.fromAsync(stretches)).columns;
    const total = Math.min(this.info.rows, checkLimit(options));
    const builders = columns.map((column) => new ColumnBuilder(column, total, ROOM));
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
    const make = rowMaker(columns, this.info.name);
    for await (const { cells, from, to } of this.#stretches(columns, options)) {
      for (let at = from; at < to; at++) yield make(cells, at);
    }
  }

  async extent(name: string): Promise<Extent | null> {
    selectColumns(this.info, [name]);
    this.refuseIfClosed();
    return extentOf((await this.columns({ select: [name] }))[name]!);
  }

  /** Where there are other rows than was said when the recording was opened. */
  #miscounted(found: string): SimtapeError<'NotARecording'> {
    const { path } = this;
    return new SimtapeError(
      'NotARecording',
      `${path} is damaged: the files of table ${this.info.name} have ${found} rows`,
      {
        path,
      },
    );
  }

  /** What a damaged recording makes the decoding of it throw becomes an error of simtape's. */
  async *#stretches(columns: readonly StoredColumn[], options: ReadOptions): AsyncGenerator<Stretch, void> {
    try {
      yield* this.#found(columns, options);
    } catch (cause) {
      if (cause instanceof SimtapeError) throw cause;
      throw damaged(this.path, `table ${this.info.name}: ${(cause as Error).message}`, cause);
    }
  }

  async *#found(columns: readonly StoredColumn[], options: ReadOptions): AsyncGenerator<Stretch, void> {
    const limit = checkLimit(options);
    this.refuseIfClosed();
    if (options.run !== undefined && options.run !== this.#runId) throw noSuchRun(options.run, [this.#runId]);
    const conditions = await this.#conditions(options);
    this.refuseIfClosed();
    if (limit === 0 || conditions.some(({ ranges }) => ranges.length === 0)) return;
    const names = columns.filter((column) => column !== RUN_ID).map(({ name }) => name);
    const all = [...new Set([...names, ...conditions.map(({ column }) => column.name)])];
    const stretches =
      this.plan.key === null
        ? inOrder(await this.pieces(all, conditions), names, this.plan.id!, limit, conditions)
        : chosen(this.keyed(all, conditions), all, conditions, limit);
    const turns = new Turns();
    for await (const stretch of stretches) {
      await turns.next();
      this.refuseIfClosed();
      yield { ...stretch, cells: withRun(columns, stretch, this.#runId) };
    }
  }

  /** What `where` asks, times of frames as their ids. */
  #conditions({ where }: ReadOptions): Promise<readonly Condition[]> {
    const conditions = conditionsOf(this.info, where, () => this.#siblings.tables());
    return Promise.all(
      conditions.map((condition) =>
        condition.throughFrames ? framesAt(this.#siblings, condition) : condition,
      ),
    );
  }
}

/** The rows of a table with a key that hold conditions, at most `limit`. */
async function* chosen(
  stretches: AsyncIterable<Stretch>,
  names: readonly string[],
  conditions: readonly Condition[],
  limit: number,
): AsyncGenerator<Stretch, void> {
  let left = limit;
  for await (const { cells, from, to } of stretches) {
    const own = cells.map((values) => Array.prototype.slice.call(values, from, to));
    const rows = rowsThatHold(conditions, (name) => own[names.indexOf(name)]!, to - from).subarray(0, left);
    if (rows.length === 0) continue;
    left -= rows.length;
    yield { cells: own.map((values) => picked(values, rows, 0)), from: 0, to: rows.length };
    if (left === 0) return;
  }
}

/** The cells of all columns, `run_id` among them. */
function withRun(columns: readonly StoredColumn[], { cells, to }: Stretch, runId: string): Stretch['cells'] {
  let next = 0;
  return columns.map((column) => (column === RUN_ID ? new Array<string>(to).fill(runId) : cells[next++]!));
}
