import { ALL_IDS, type MaybePromise, type StorageBackend } from '../backends/backend.ts';
import type { IdRange } from '../buffer/link.ts';
import { MAX_TABLES } from '../buffer/words.ts';
import { SimtapeError } from '../errors.ts';
import { planDifferences, type TablePlan } from '../schema/plan.ts';
import { andThen } from './maybe-promise.ts';

/** A table of the recorder, whichever lanes record into it. */
export interface CatalogTable {
  /** Its place in a commit: parents are made before children, so they come first. */
  readonly number: number;
  readonly ids: IdRange;
  /** All columns that any lane gave it. */
  plan: TablePlan;
}

/** The tables of a recorder by name, with the columns of all lanes united. */
export class Catalog {
  readonly tables: CatalogTable[] = [];
  readonly #backend: StorageBackend;
  readonly #nextIds: BigInt64Array;
  readonly #byName = new Map<string, CatalogTable>();

  /** @param nextIds the id block */
  constructor(backend: StorageBackend, nextIds: BigInt64Array) {
    this.#backend = backend;
    this.#nextIds = nextIds;
  }

  find(name: string): CatalogTable | undefined {
    return this.#byName.get(name);
  }

  /**
   * Makes a table, or gives it the columns that it has not got.
   *
   * @param store whether the backend is to know of it; not so after it has failed for good
   * @throws `SchemaMismatch` where another lane has a column of the same name and another type, or where there is a table whose
   *   name differs by the case of letters alone: SQL takes both for one, and so do some file systems
   */
  add(plan: TablePlan, store: boolean): MaybePromise<CatalogTable> {
    refuseTwin(plan.name, this.tables);
    const known = this.#byName.get(plan.name);
    const united = known === undefined ? plan : unite(known.plan, plan);
    if (!store) return this.#note(united, ALL_IDS);
    return andThen(this.#backend.createTable(united), (ids) => this.#note(united, ids));
  }

  #note(plan: TablePlan, ids: IdRange): CatalogTable {
    const known = this.#byName.get(plan.name);
    if (known !== undefined) {
      known.plan = plan;
      return known;
    }
    const number = this.tables.length;
    if (number >= MAX_TABLES) {
      throw new SimtapeError('TooMany', `a recording holds at most ${MAX_TABLES} tables`, {
        what: 'tables',
        limit: MAX_TABLES,
      });
    }
    Atomics.store(this.#nextIds, number, BigInt(ids.first));
    const table: CatalogTable = { number, ids, plan };
    this.tables.push(table);
    this.#byName.set(plan.name, table);
    return table;
  }
}

function refuseTwin(name: string, tables: readonly CatalogTable[]): void {
  const isTwin = ({ plan }: CatalogTable) =>
    plan.name !== name && plan.name.toLowerCase() === name.toLowerCase();
  const twin = tables.find(isTwin)?.plan.name;
  if (twin === undefined) return;
  const message = `the tables ${twin} and ${name} differ by the case of letters alone: rename one`;
  throw new SimtapeError('SchemaMismatch', message, { table: name });
}

function unite(known: TablePlan, wanted: TablePlan): TablePlan {
  const differences = planDifferences(known, wanted);
  for (const trait of ['id', 'key', 'static'] as const) {
    if (known[trait] !== wanted[trait])
      differences.push(`its ${trait} is ${known[trait]}, not ${wanted[trait]}`);
  }
  if (differences.length > 0) {
    throw new SimtapeError(
      'SchemaMismatch',
      `table ${wanted.name} is recorded with another schema already: ${differences.join('; ')}`,
      { table: wanted.name },
    );
  }
  const names = new Set(known.columns.map(({ name }) => name));
  const fresh = wanted.columns.filter(({ name }) => !names.has(name));
  return fresh.length === 0 ? known : { ...known, columns: [...known.columns, ...fresh] };
}
