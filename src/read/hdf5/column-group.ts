import { ROWS } from '../../backends/hdf5/column-group.ts';
import type { TablePlan } from '../../schema/plan.ts';
import { timeSource } from '../../schema/time-source.ts';
import { damaged } from '../parquet/damage.ts';
import type { Cells, Piece } from '../pieces.ts';
import type { Condition } from '../where/conditions.ts';
import { readCells } from './cells.ts';
import type { H5File } from './file.ts';
import { GroupLayout } from './group-layout.ts';
import { rangesThatMayHold } from './halving.ts';
import type { RawValues } from './raw-values.ts';

/** Rows that are read at once. */
const PIECE_ROWS = 65_536;
/** Bytes of a column that are read at once; wide arrays come in fewer rows. */
const PIECE_BYTES = 2 ** 26;

/** Ids of eight bytes, which are all different, in deflate's best case of 1032 to 1. */
const ROWS_A_BYTE = 1032 / 8;

/** A group of a file whose datasets are the columns of some rows. */
export class GroupReader {
  readonly path: string;
  readonly rows: number;
  readonly firstId: number;
  readonly lastId: number;
  readonly sorted: boolean;
  /** Rows of a chunk of its datasets. */
  readonly chunkRows: number;
  /** Whether nothing can be added to it. */
  readonly isFinished: boolean;
  /** The column that tells the time, where it is never null and never falls. */
  readonly risingTime: string | null;
  readonly #file: H5File;
  readonly #plan: TablePlan;
  readonly #layouts: Map<string, GroupLayout>;
  /** What groups of the same datasets have in common; null where the file does not say it. */
  readonly #layoutName: string | null;
  #layout: GroupLayout | null = null;

  /** @param layouts those of the file that are known */
  constructor(file: H5File, path: string, plan: TablePlan, layouts: Map<string, GroupLayout>) {
    const numbers = file.numbers(path, ROWS) ?? new Float64Array(0);
    const [rows, firstId, lastId, sorted, chunkRows, finished, rises, layout] = numbers;
    if (finished === undefined || !numbers.every((number) => Number.isSafeInteger(number) && number >= 0))
      throw damaged(file.path, `${path} does not say its rows`);
    if (plan.id !== null && rows! > file.bytes * ROWS_A_BYTE)
      throw damaged(file.path, `${path} says that it has ${rows} rows, more than fit into the file`);
    this.path = path;
    this.#file = file;
    this.#plan = plan;
    this.#layouts = layouts;
    this.#layoutName = layout === undefined ? null : `${plan.name} ${layout}`;
    this.rows = rows!;
    this.firstId = firstId!;
    this.lastId = lastId!;
    this.sorted = sorted === 1;
    this.chunkRows = chunkRows!;
    this.isFinished = finished === 1;
    this.risingTime = rises === 1 ? (timeSource(plan)?.column.name ?? null) : null;
  }

  get layout(): GroupLayout {
    if (this.#layout !== null) return this.#layout;
    const name = this.#layoutName;
    const known = name === null ? undefined : this.#layouts.get(name);
    this.#layout = known ?? new GroupLayout(this.#file, this.path, this.#plan);
    if (name !== null) this.#layouts.set(name, this.#layout);
    return this.#layout;
  }

  /** Columns of rows `from` to `to`. */
  read(names: readonly string[], from: number, to: number): Cells[] {
    const rows = { group: this.path, from, to, read: new Map<string, RawValues>(), names: names.length };
    const { layout } = this;
    return names.map((name) => {
      const place = layout.placeOf(name);
      if (place === undefined) return new Array<null>(to - from).fill(null);
      return readCells(this.#file, layout.columns.get(name)!, place, rows);
    });
  }

  /** The rows that can hold conditions, in pieces of no more than some ten thousand. */
  pieces(conditions: readonly Condition[] = []): Piece[] {
    return rangesThatMayHold(this, this.#plan.id, conditions).flatMap(([from, to]) => this.#pieces(from, to));
  }

  #pieces(begin: number, end: number): Piece[] {
    const { sorted } = this;
    const { id, columns } = this.#plan;
    const widest = Math.max(...columns.map(({ length = 1 }) => 8 * length));
    const most = Math.max(1, Math.min(PIECE_ROWS, Math.floor(PIECE_BYTES / widest)));
    if (begin === 0 && end === this.rows && end <= most) {
      const read: Piece['read'] = async (names, from, to) => this.read(names, from, to);
      return [{ rows: end, firstId: this.firstId, lastId: this.lastId, ordered: sorted, read }];
    }
    const pieces: Piece[] = [];
    for (let start = begin; start < end; start += most) {
      const count = Math.min(most, end - start);
      const [ids] = sorted
        ? [[this.#idAt(start), this.#idAt(start + count - 1)]]
        : this.read([id!], start, start + count);
      let [firstId, lastId] = [Number.POSITIVE_INFINITY, 0];
      for (let i = 0; i < ids!.length; i++) {
        firstId = Math.min(firstId, ids![i] as number);
        lastId = Math.max(lastId, ids![i] as number);
      }
      const part: Piece['read'] = async (names, from, to) => this.read(names, start + from, start + to);
      pieces.push({ rows: count, firstId, lastId, ordered: sorted, read: part });
    }
    return pieces;
  }

  #idAt(row: number): number {
    // Where none is left out, they need not be read.
    if (this.lastId - this.firstId === this.rows - 1) return this.firstId + row;
    return this.read([this.#plan.id!], row, row + 1)[0]![0] as number;
  }
}
