import type { StoredColumn } from '../../schema/plan.ts';
import { type ColumnFacts, joinFacts, NO_FACTS } from './column-facts.ts';

/** What is known of a column in all files that have their name. */
export interface ColumnStatistics {
  readonly column: StoredColumn;
  readonly facts: ColumnFacts;
  /** A column that appeared later is null in the rows before. */
  readonly nulls: number;
}

/** Running statistics of a table, in the order in which its columns appeared. */
export class TableStatistics {
  readonly #columns = new Map<string, { readonly column: StoredColumn; facts: ColumnFacts }>();
  #rows = 0;

  get columns(): readonly ColumnStatistics[] {
    return Array.from(this.#columns.values(), ({ column, facts }) => ({
      column,
      facts,
      nulls: this.#rows - facts.count,
    }));
  }

  /** Adds a file. */
  add(stored: readonly StoredColumn[], rows: number, facts: readonly ColumnFacts[]): void {
    this.#rows += rows;
    for (const [c, column] of stored.entries()) {
      const known = this.#columns.get(column.name);
      const more = facts[c] ?? NO_FACTS;
      if (known === undefined) this.#columns.set(column.name, { column, facts: more });
      else known.facts = joinFacts(known.facts, more);
    }
  }
}
