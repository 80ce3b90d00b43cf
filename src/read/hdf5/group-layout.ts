import { EXACT, VALID } from '../../backends/hdf5/column-sets.ts';
import type { StoredColumn, TablePlan } from '../../schema/plan.ts';
import { damaged } from '../parquet/damage.ts';
import { ownColumns } from '../select.ts';
import type { H5File } from './file.ts';

/** Where a column stands in a group. */
export interface ColumnPlace {
  /** Name of its dataset. */
  readonly dataset: string;
  /** What datasets of the same column in other groups are called, and no others. */
  readonly kin: string;
  /** Which part of a row, of a vector; else null. */
  readonly part: number | null;
  /** How many parts there are. */
  readonly parts: number;
  readonly hasValid: boolean;
  readonly hasExact: boolean;
}

/** The datasets of a group: which columns stand in which. Groups that say the same layout of themselves share one. */
export class GroupLayout {
  /** Names of all datasets, those beside others included. */
  readonly names: readonly string[];
  readonly columns: ReadonlyMap<string, StoredColumn>;
  readonly #file: H5File;
  readonly #path: string;
  readonly #table: string;
  readonly #single = new Map<string, ColumnPlace>();
  readonly #vectors = new Map<string, ReadonlyMap<string, ColumnPlace> | null>();

  /** @param path of a group that is so */
  constructor(file: H5File, path: string, plan: TablePlan) {
    this.#file = file;
    this.#path = path;
    this.#table = plan.name;
    this.columns = new Map(ownColumns(plan).map((column) => [column.name, column]));
    this.names = file.names(path);
    const all = new Set(this.names);
    for (const name of this.names) {
      if (name.endsWith(VALID) || name.endsWith(EXACT)) continue;
      const own = name.endsWith('.column') ? name.slice(0, -'.column'.length) : name;
      if (!this.columns.has(own) || all.has(`${name}.column`)) {
        this.#vectors.set(name, null);
        continue;
      }
      const kin = `${plan.name}/${name}`;
      const [hasValid, hasExact] = [all.has(name + VALID), all.has(name + EXACT)];
      this.#single.set(own, { dataset: name, kin, part: null, parts: 1, hasValid, hasExact });
    }
  }

  /** Where columns stand; one that has no value has no place. */
  get places(): ReadonlyMap<string, ColumnPlace> {
    const places = new Map(this.#single);
    for (const name of this.#vectors.keys())
      for (const [column, place] of this.#vector(name)) places.set(column, place);
    return places;
  }

  /** Where a column stands. What a vector holds is looked up for its columns only, since it takes as long as reading them. */
  placeOf(column: string): ColumnPlace | undefined {
    const place = this.#single.get(column);
    if (place !== undefined || this.columns.get(column)?.vector === undefined) return place;
    for (const vector of this.#vectors.keys()) {
      const found = this.#vector(vector).get(column);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Where the columns of a vector stand. */
  #vector(dataset: string): ReadonlyMap<string, ColumnPlace> {
    const known = this.#vectors.get(dataset);
    if (known) return known;
    const shared = { dataset, kin: `${this.#table}/${dataset}[]`, hasValid: false, hasExact: false };
    const parts = this.#partsOf(dataset);
    const places = new Map(parts.map((column, part) => [column, { ...shared, part, parts: parts.length }]));
    this.#vectors.set(dataset, places);
    return places;
  }

  /** The columns that a vector's dataset holds. Of two, of which none stands elsewhere, it need not be asked. */
  #partsOf(dataset: string): readonly string[] {
    const known = [...this.columns.values()].filter(({ vector }) => vector?.name === dataset);
    const parts = known.map((column) => column.name);
    if (parts.length === 2 && !parts.some((part) => this.#single.has(part))) return parts;
    const path = `${this.#path}/${dataset}`;
    const said = this.#file.attribute(path, 'columns');
    if (!Array.isArray(said)) throw damaged(this.#file.path, `${path} does not say its columns`);
    return said as string[];
  }
}
