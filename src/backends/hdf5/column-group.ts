import { createHash } from 'node:crypto';
import type { Hdf5Writer } from '../../formats/hdf5/index.ts';
import type { TablePlan } from '../../schema/plan.ts';
import type { Slice } from '../commit.ts';
import { NO_FIELD, ROW_ID, storedColumns } from '../files/plans.ts';
import { ColumnDataset, type DatasetPlace, type HeldDataset } from './column-dataset.ts';
import { type ColumnSet, columnSets } from './column-sets.ts';
import { type HeldTime, RisingTime } from './rising-time.ts';
import { countOf, type RowRange } from './slice-data.ts';

/**
 * The attribute in which a group says what a reader has to know of its rows, in one piece because reading each takes a
 * tenth of a millisecond: rows, first id, last id, 1 where ids rise from row to row, rows of a chunk, 1 where nothing will
 * be added to the group, 1 where the column that tells the time never falls, and a number that groups of the same datasets
 * have in common (files of before have not got the last two).
 */
export const ROWS = 'simtape_rows';

/** Least and greatest id of rows, and whether ids rise from row to row. */
export interface Ids {
  readonly first: number;
  readonly last: number;
  readonly sorted: boolean;
}

/** A group of columns as it stands in a file that is continued. */
export interface HeldGroup {
  readonly path: string;
  readonly rows: number;
  readonly ids: Ids;
  /** The column that tells the time, where it never falls. */
  readonly time: HeldTime | null;
  readonly chunkRows: number;
  readonly datasets: readonly HeldDataset[];
}

const NO_IDS: Ids = { first: 0, last: 0, sorted: true };

/** A group of a file whose datasets are the columns of some rows: those of a table, or of an episode of it. */
export class ColumnGroup {
  readonly path: string;
  rows = 0;
  readonly #place: DatasetPlace;
  readonly #datasets = new Map<string, ColumnDataset>();
  #ids: Ids = NO_IDS;
  #time = new RisingTime();
  #plan: TablePlan | null = null;
  #sets: readonly ColumnSet[] = [];
  #sources = new WeakMap<TablePlan, readonly (readonly number[])[]>();
  #rowBytes = 0;

  constructor(place: DatasetPlace) {
    this.path = place.path;
    this.#place = place;
  }

  /** Makes the group in the file. */
  static create(place: DatasetPlace, attributes: Parameters<Hdf5Writer['createGroup']>[1] = {}): ColumnGroup {
    place.writer.createGroup(place.path, attributes);
    return new ColumnGroup(place);
  }

  /** Goes on with a group that is there. */
  static resume(
    place: Omit<DatasetPlace, 'path' | 'chunkRows'>,
    held: HeldGroup,
    plan: TablePlan,
  ): ColumnGroup {
    const { path, chunkRows, rows, ids, time, datasets } = held;
    const group = new ColumnGroup({ ...place, path, chunkRows });
    group.rows = rows;
    group.#ids = ids;
    group.#time = new RisingTime(rows === 0 ? undefined : time);
    const stored = storedColumns(plan);
    for (const one of datasets) {
      const columns = one.columns.map((name) => stored.find((column) => column.name === name)!);
      const set = { dataset: one.dataset, columns };
      group.#datasets.set(one.dataset, new ColumnDataset(group.#place, set, one));
    }
    group.#measure();
    return group;
  }

  get held(): HeldGroup {
    const datasets = [...this.#datasets.values()].flatMap((dataset) => dataset.held ?? []);
    return {
      path: this.path,
      rows: this.rows,
      ids: this.#ids,
      time: this.#time.held,
      chunkRows: this.#place.chunkRows,
      datasets,
    };
  }

  /** Bytes of memory that it holds, or a little more. */
  get memory(): number {
    const { chunkRows } = this.#place;
    return this.#rowBytes * Math.min(chunkRows, 2 * this.rows + 64) + 2048 * (1 + this.#datasets.size);
  }

  /** Adds rows of a slice; `plan` is the newest of their table. */
  append(plan: TablePlan, slice: Slice, range: RowRange): void {
    if (plan !== this.#plan) this.#adopt(plan);
    const sources = this.#sourcesOf(slice.plan);
    for (const [i, { dataset }] of this.#sets.entries()) {
      this.#datasets.get(dataset)!.append(slice, sources[i]!, range, this.rows);
    }
    if (plan.id !== null) this.#count(slice, range);
    this.#time.append(slice, range);
    this.rows += countOf(range);
    this.#measure();
  }

  /** Writes down how many rows there are, before a checkpoint. */
  note(isFinished = false): void {
    const { first, last, sorted } = this.#ids;
    const { chunkRows } = this.#place;
    const rises = this.#time.held !== null;
    const layout = layoutOf(this.held.datasets);
    const said = [
      this.rows,
      first,
      last,
      Number(sorted),
      chunkRows,
      Number(isFinished),
      Number(rises),
      layout,
    ];
    this.#place.writer.setAttributes(this.path, { [ROWS]: said });
  }

  /** Nothing will be added: frees its memory. */
  finish(): void {
    this.note(true);
    this.#place.writer.finish(this.path);
  }

  /** Frees its memory, where it has no rows so far: some may come. */
  store(): void {
    this.note();
    this.#place.writer.store(this.path);
  }

  #adopt(plan: TablePlan): void {
    const known = new Map(this.held.datasets.map(({ dataset, columns }) => [dataset, columns]));
    this.#plan = plan;
    this.#time.adopt(plan, this.rows);
    this.#sources = new WeakMap();
    this.#sets = columnSets(plan, known);
    for (const set of this.#sets) {
      // One that is not in the file yet may get further parts.
      if (known.has(set.dataset)) continue;
      this.#datasets.set(set.dataset, new ColumnDataset(this.#place, set));
    }
  }

  #sourcesOf(plan: TablePlan): readonly (readonly number[])[] {
    let sources = this.#sources.get(plan);
    if (sources === undefined) {
      const indexOf = new Map(plan.columns.map(({ name }, index) => [name, index]));
      sources = this.#sets.map(({ columns }) =>
        columns.map(({ name }) => indexOf.get(name) ?? (name === plan.id ? ROW_ID : NO_FIELD)),
      );
      this.#sources.set(plan, sources);
    }
    return sources;
  }

  #count(slice: Slice, { from, to, rows }: RowRange): void {
    const base = slice.firstId - slice.from;
    const first = base + (rows === null ? from : rows[0]!);
    const last = base + (rows === null ? to - 1 : rows.at(-1)!);
    const known = this.#ids;
    this.#ids =
      this.rows === 0
        ? { first, last, sorted: true }
        : {
            first: Math.min(known.first, first),
            last: Math.max(known.last, last),
            sorted: known.sorted && first > known.last,
          };
  }

  #measure(): void {
    let bytes = 0;
    for (const dataset of this.#datasets.values()) bytes += dataset.rowBytes;
    this.#rowBytes = bytes;
  }
}

/** What groups of the same datasets have in common, and no others: 48 bits of a hash of what they hold. */
function layoutOf(datasets: readonly HeldDataset[]): number {
  return createHash('sha256').update(JSON.stringify(datasets)).digest().readUIntBE(0, 6);
}
