import { ROWS } from '../../backends/hdf5/column-group.ts';
import { EXACT, VALID } from '../../backends/hdf5/column-sets.ts';
import type { TablePlan } from '../../schema/plan.ts';
import { timeSource } from '../../schema/time-source.ts';
import { damaged } from '../parquet/damage.ts';
import type { Cells, Piece } from '../pieces.ts';
import { ownColumns } from '../select.ts';
import type { Condition } from '../where/conditions.ts';
import { type ColumnPlace, readCells } from './cells.ts';
import type { H5File } from './file.ts';
import { rangesThatMayHold } from './halving.ts';

/** Rows that are read at once. */
const PIECE_ROWS = 65_536;

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
  #places: ReadonlyMap<string, ColumnPlace> | null = null;

  constructor(file: H5File, path: string, plan: TablePlan) {
    const said = file.attribute(path, ROWS);
    const numbers = said instanceof Float64Array ? said : new Float64Array(0);
    const [rows, firstId, lastId, sorted, chunkRows, finished, rises] = numbers;
    if (finished === undefined || !numbers.every((number) => Number.isSafeInteger(number) && number >= 0))
      throw damaged(file.path, `${path} does not say its rows`);
    this.path = path;
    this.#file = file;
    this.#plan = plan;
    this.rows = rows!;
    this.firstId = firstId!;
    this.lastId = lastId!;
    this.sorted = sorted === 1;
    this.chunkRows = chunkRows!;
    this.isFinished = finished === 1;
    this.risingTime = rises === 1 ? (timeSource(plan)?.column.name ?? null) : null;
  }

  /** Where columns stand; one that has no value has no place. */
  get places(): ReadonlyMap<string, ColumnPlace> {
    this.#places ??= this.#find();
    return this.#places;
  }

  /** Columns of rows `from` to `to`. */
  read(names: readonly string[], from: number, to: number): Cells[] {
    const columns = ownColumns(this.#plan);
    return names.map((name) => {
      const place = this.places.get(name);
      if (place === undefined) return new Array<null>(to - from).fill(null);
      return readCells(this.#file, columns.find((column) => column.name === name)!, place, from, to);
    });
  }

  /** The rows that can hold conditions, in pieces of no more than some ten thousand. */
  pieces(conditions: readonly Condition[] = []): Piece[] {
    return rangesThatMayHold(this, this.#plan.id, conditions).flatMap(([from, to]) => this.#pieces(from, to));
  }

  #pieces(begin: number, end: number): Piece[] {
    const { sorted } = this;
    const { id } = this.#plan;
    if (begin === 0 && end === this.rows && end <= PIECE_ROWS) {
      const read: Piece['read'] = async (names, from, to) => this.read(names, from, to);
      return [{ rows: end, firstId: this.firstId, lastId: this.lastId, ordered: sorted, read }];
    }
    const pieces: Piece[] = [];
    for (let start = begin; start < end; start += PIECE_ROWS) {
      const count = Math.min(PIECE_ROWS, end - start);
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

  #find(): Map<string, ColumnPlace> {
    const names = this.#file.names(this.path);
    const all = new Set(names);
    const columns = new Set(ownColumns(this.#plan).map(({ name }) => name));
    const places = new Map<string, ColumnPlace>();
    for (const name of names) {
      if (name.endsWith(VALID) || name.endsWith(EXACT)) continue;
      const path = `${this.path}/${name}`;
      const place = { path, part: null, hasValid: all.has(name + VALID), hasExact: all.has(name + EXACT) };
      const own = name.endsWith('.column') ? name.slice(0, -'.column'.length) : name;
      if (columns.has(own) && !all.has(`${name}.column`)) {
        places.set(own, place);
        continue;
      }
      const parts = this.#file.attribute(path, 'columns');
      if (!Array.isArray(parts)) throw damaged(this.#file.path, `${path} does not say its columns`);
      for (const [part, column] of (parts as string[]).entries()) places.set(column, { ...place, part });
    }
    return places;
  }
}
