import { ROWS } from '../../backends/hdf5/column-group.ts';
import { EXACT, VALID } from '../../backends/hdf5/column-sets.ts';
import type { StoredColumn, TablePlan } from '../../schema/plan.ts';
import { timeSource } from '../../schema/time-source.ts';
import { damaged } from '../parquet/damage.ts';
import type { Cells, Piece } from '../pieces.ts';
import { ownColumns } from '../select.ts';
import type { Condition } from '../where/conditions.ts';
import { type ColumnPlace, readCells } from './cells.ts';
import type { H5File } from './file.ts';
import { rangesThatMayHold } from './halving.ts';
import type { RawValues } from './raw-values.ts';

/** Rows that are read at once. */
const PIECE_ROWS = 65_536;
/** Bytes of a column that are read at once; wide arrays come in fewer rows. */
const PIECE_BYTES = 2 ** 26;

const COLUMNS = new WeakMap<TablePlan, ReadonlyMap<string, StoredColumn>>();

/** What a group holds, by names. */
interface GroupNames {
  readonly columns: ReadonlyMap<string, ColumnPlace>;
  readonly vectors: readonly string[];
}

/** The columns of a table by name; worked out once for all of its groups. */
function columnsOf(plan: TablePlan): ReadonlyMap<string, StoredColumn> {
  let columns = COLUMNS.get(plan);
  if (columns === undefined) {
    columns = new Map(ownColumns(plan).map((column) => [column.name, column]));
    COLUMNS.set(plan, columns);
  }
  return columns;
}

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
  readonly #columns: ReadonlyMap<string, StoredColumn>;
  readonly #vectors = new Map<string, ReadonlyMap<string, ColumnPlace>>();
  #found: GroupNames | null = null;

  constructor(file: H5File, path: string, plan: TablePlan) {
    const numbers = file.numbers(path, ROWS) ?? new Float64Array(0);
    const [rows, firstId, lastId, sorted, chunkRows, finished, rises] = numbers;
    if (finished === undefined || !numbers.every((number) => Number.isSafeInteger(number) && number >= 0))
      throw damaged(file.path, `${path} does not say its rows`);
    if (plan.id !== null && rows! > file.bytes * ROWS_A_BYTE)
      throw damaged(file.path, `${path} says that it has ${rows} rows, more than fit into the file`);
    this.path = path;
    this.#file = file;
    this.#plan = plan;
    this.#columns = columnsOf(plan);
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
    const places = new Map(this.#names.columns);
    for (const name of this.#names.vectors)
      for (const [column, place] of this.#vector(name)) places.set(column, place);
    return places;
  }

  /** Columns of rows `from` to `to`. */
  read(names: readonly string[], from: number, to: number): Cells[] {
    const read = new Map<string, RawValues>();
    return names.map((name) => {
      const place = this.#placeOf(name);
      if (place === undefined) return new Array<null>(to - from).fill(null);
      return readCells(this.#file, this.#columns.get(name)!, place, { from, to, read, names: names.length });
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

  /** Where a column stands. What a vector holds is looked up for its columns only, since it takes as long as reading them. */
  #placeOf(name: string): ColumnPlace | undefined {
    const place = this.#names.columns.get(name);
    if (place !== undefined || this.#columns.get(name)?.vector === undefined) return place;
    for (const vector of this.#names.vectors) {
      const found = this.#vector(vector).get(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Datasets of the group: those of one column by its name, and names of vectors. */
  get #names(): GroupNames {
    this.#found ??= this.#find();
    return this.#found;
  }

  #find(): GroupNames {
    const names = this.#file.names(this.path);
    const all = new Set(names);
    const columns = new Map<string, ColumnPlace>();
    const vectors: string[] = [];
    for (const name of names) {
      if (name.endsWith(VALID) || name.endsWith(EXACT)) continue;
      const own = name.endsWith('.column') ? name.slice(0, -'.column'.length) : name;
      if (!this.#columns.has(own) || all.has(`${name}.column`)) {
        vectors.push(name);
        continue;
      }
      const kin = `${this.#plan.name}/${name}`;
      const [hasValid, hasExact] = [all.has(name + VALID), all.has(name + EXACT)];
      columns.set(own, { path: `${this.path}/${name}`, kin, part: null, parts: 1, hasValid, hasExact });
    }
    return { columns, vectors };
  }

  /** Where the columns of a vector stand. */
  #vector(name: string): ReadonlyMap<string, ColumnPlace> {
    let places = this.#vectors.get(name);
    if (places !== undefined) return places;
    const shared = {
      path: `${this.path}/${name}`,
      kin: `${this.#plan.name}/${name}[]`,
      hasValid: false,
      hasExact: false,
    };
    const parts = this.#partsOf(name);
    places = new Map(parts.map((column, part) => [column, { ...shared, part, parts: parts.length }]));
    this.#vectors.set(name, places);
    return places;
  }

  /** The columns that a vector's dataset holds. Of two, of which none stands elsewhere, it need not be asked. */
  #partsOf(name: string): readonly string[] {
    const known = [...this.#columns.values()].filter(({ vector }) => vector?.name === name);
    const parts = known.map((column) => column.name);
    if (parts.length === 2 && !parts.some((part) => this.#names.columns.has(part))) return parts;
    const path = `${this.path}/${name}`;
    const said = this.#file.attribute(path, 'columns');
    if (!Array.isArray(said)) throw damaged(this.#file.path, `${path} does not say its columns`);
    return said as string[];
  }
}
