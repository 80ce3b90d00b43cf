import type { TablePlan } from '../../schema/plan.ts';
import { type Checks, counted } from './checks.ts';
import { IdSet } from './id-set.ts';

/** Values of one column, null where there is none. */
export type Values = ArrayLike<unknown>;

/** The columns of a table that name rows, its own or those of others. */
export function keyColumns({ id, key, columns }: TablePlan): string[] {
  const references = columns.filter((column) => column.references !== undefined).map(({ name }) => name);
  const own = id ?? key;
  return own === null ? references : [own, ...references.filter((name) => name !== own)];
}

/**
 * Checks that ids are given once, and that references point to rows that are there. Tables are handed over with the
 * ones that they refer to before them, in any number of pieces each.
 */
export class Keys {
  readonly #checks: Checks;
  readonly #rows = new Map<string, IdSet>();

  constructor(checks: Checks) {
    this.#checks = checks;
  }

  /** Announces a table, also one that has no rows. */
  begin({ name }: TablePlan): void {
    this.#rows.set(name, new IdSet());
  }

  /** Takes rows of a table: its key columns, by name. */
  add(plan: TablePlan, rows: number, values: ReadonlyMap<string, Values>, where: string): void {
    const own = plan.id ?? plan.key;
    const ids = this.#rows.get(plan.name)!;
    const named = own === null ? undefined : values.get(own);
    if (named !== undefined) this.#ids(plan, ids, rows, named, where);
    else if (own !== null) this.#checks.problem(`keys of ${plan.name}`, `${where} has no column ${own}`);
    for (const { name, references } of plan.columns) {
      if (references === undefined || !values.has(name)) continue;
      this.#references(plan, name, references.table, rows, values.get(name)!, where);
    }
    const distinct = own === null || plan.key !== null ? '' : counted(ids.size, 'id');
    this.#checks.check(`keys of ${plan.name}`, distinct);
  }

  #ids(plan: TablePlan, ids: IdSet, rows: number, values: Values, where: string): void {
    const check = `keys of ${plan.name}`;
    for (let row = 0; row < rows; row++) {
      const id = Number(values[row]);
      if (values[row] === null || !Number.isSafeInteger(id)) {
        this.#checks.problem(check, `${where}: row ${row} has no ${plan.id ?? plan.key}`);
      } else if (!ids.add(id) && plan.key === null) {
        // Later rows of a key complete the one that is there.
        this.#checks.problem(check, `${where}: ${plan.id} ${id} is there more than once`);
      }
    }
  }

  #references(
    plan: TablePlan,
    column: string,
    target: string,
    rows: number,
    values: Values,
    where: string,
  ): void {
    const there = this.#rows.get(target);
    let dangling = 0;
    let first: unknown;
    for (let row = 0; row < rows; row++) {
      const value = values[row];
      if (value === null || value === undefined || there?.has(Number(value))) continue;
      first ??= value;
      dangling++;
    }
    if (dangling === 0) return;
    const what = `${counted(dangling, 'row')} refer to a row of ${target} that is not there, the first by ${column} ${first}`;
    this.#checks.problem(`keys of ${plan.name}`, `${where}: ${what}`);
  }
}

/**
 * Tables in an order in which each comes behind those that it refers to.
 * @param all tables to look for those in; they come along
 */
export function parentsFirst<T extends Pick<TablePlan, 'name' | 'columns'>>(
  plans: readonly T[],
  all: readonly T[] = plans,
): T[] {
  const byName = new Map(all.map((plan) => [plan.name, plan]));
  const ordered = new Set<T>();
  const visit = (plan: T, above: readonly string[]): void => {
    for (const { references } of plan.columns) {
      const target = references && byName.get(references.table);
      // A made-up manifest may have circles.
      if (target && target !== plan && !above.includes(target.name)) visit(target, [...above, plan.name]);
    }
    ordered.add(plan);
  };
  for (const plan of plans) visit(plan, []);
  return [...ordered];
}
