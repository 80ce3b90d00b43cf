import { SimtapeError } from '../errors.ts';
import type { StoredColumn, TablePlan } from '../schema/plan.ts';
import { batchOf } from './batch.ts';
import { ColumnBuilder } from './column-builder.ts';
import { extentOf } from './extent.ts';
import { inOrder, type Piece, type Stretch } from './pieces.ts';
import type {
  BatchOptions,
  ColumnData,
  Extent,
  ReadOptions,
  RecordedRow,
  TableBatch,
  TableInfo,
  TableReader,
} from './reader.ts';
import { checkBatchRows, checkLimit, noSuchRun, RUN_ID, selectColumns } from './select.ts';
import { Turns } from './turns.ts';

/** A table of one run whose rows come in stretches: what formats have in common that keep columns. */
export abstract class StretchTable implements TableReader {
  readonly info: TableInfo;
  protected readonly plan: TablePlan;
  protected readonly refuseIfClosed: () => void;
  protected readonly path: string;
  readonly #runId: string;

  /** @param path the run's file or folder */
  constructor(info: TableInfo, plan: TablePlan, path: string, runId: string, refuseIfClosed: () => void) {
    this.info = info;
    this.path = path;
    this.plan = plan;
    this.#runId = runId;
    this.refuseIfClosed = refuseIfClosed;
  }

  /** The rows of a table with ids, in pieces. */
  protected abstract pieces(names: readonly string[]): Promise<Piece[]>;

  /** The rows of a table with a key, in the order of their keys. */
  protected abstract keyed(names: readonly string[], limit: number): AsyncIterable<Stretch>;

  async columns(options: ReadOptions = {}): Promise<Readonly<Record<string, ColumnData>>> {
    const columns = selectColumns(this.info, options.select);
    const stretches = this.#stretches(columns, options);
    // How many rows of a key make one is known only when they are read.
    if (this.plan.key !== null) return batchOf(columns, await Array.fromAsync(stretches)).columns;
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

  async *#stretches(columns: readonly StoredColumn[], options: ReadOptions): AsyncGenerator<Stretch, void> {
    const limit = checkLimit(options);
    this.refuseIfClosed();
    if (options.run !== undefined && options.run !== this.#runId) throw noSuchRun(options.run, [this.#runId]);
    const names = columns.filter((column) => column !== RUN_ID).map(({ name }) => name);
    const stretches =
      this.plan.key === null
        ? inOrder(await this.pieces(names), names, this.plan.id!, limit)
        : this.keyed(names, limit);
    const turns = new Turns();
    for await (const stretch of stretches) {
      await turns.next();
      this.refuseIfClosed();
      yield { ...stretch, cells: withRun(columns, stretch, this.#runId) };
    }
  }
}

/** The cells of all columns, `run_id` among them. */
function withRun(columns: readonly StoredColumn[], { cells, to }: Stretch, runId: string): Stretch['cells'] {
  let next = 0;
  return columns.map((column) => (column === RUN_ID ? new Array<string>(to).fill(runId) : cells[next++]!));
}

function parsed(text: unknown, { name }: TableInfo): unknown {
  try {
    return JSON.parse(text as string);
  } catch (cause) {
    throw new SimtapeError('NotARecording', `a value of table ${name} is no JSON`, { path: name }, cause);
  }
}
