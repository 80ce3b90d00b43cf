import type { TablePlan } from '../../schema/plan.ts';
import { timeSource } from '../../schema/time-source.ts';
import type { Slice } from '../commit.ts';
import { elementsOf, type RowRange, validityIn } from './slice-data.ts';

/** The column that tells the time of rows, whose values have not fallen so far, and the last of them. */
export interface HeldTime {
  readonly column: string;
  readonly last: number | bigint;
}

/**
 * Follows the column that tells a table's time (`schema/time-source.ts`): where it is never null and never falls from row to
 * row, a reader finds a moment by halving, without reading the column.
 */
export class RisingTime {
  #column: string | null;
  #last: number | bigint;
  #rises: boolean;

  /** @param held of rows that are there, where it rises in them; undefined where there are none yet */
  constructor(held?: HeldTime | null) {
    this.#column = held?.column ?? null;
    this.#last = held?.last ?? Number.NEGATIVE_INFINITY;
    this.#rises = held !== null;
  }

  /** What to go on from; null where it falls somewhere, or where there is no such column. */
  get held(): HeldTime | null {
    return this.#rises && this.#column !== null ? { column: this.#column, last: this.#last } : null;
  }

  /** Takes the column of a plan, which may have become another one; `rows` are there already. */
  adopt(plan: TablePlan, rows: number): void {
    const column = timeSource(plan)?.column.name ?? null;
    if (rows > 0 && column !== this.#column) this.#rises = false;
    this.#column = column;
  }

  append(slice: Slice, range: RowRange): void {
    if (!this.#rises || this.#column === null) return;
    this.#rises = this.#risesIn(slice, range);
  }

  #risesIn(slice: Slice, range: RowRange): boolean {
    const index = slice.plan.columns.findIndex(({ name }) => name === this.#column);
    const field = slice.layout.fields[index];
    if (field === undefined || validityIn(slice, field, range) !== null) return false;
    let last = this.#last;
    for (const value of elementsOf(slice, field, range)) {
      // NaN is not at least anything.
      if (!(value >= last)) return false;
      last = value;
    }
    this.#last = last;
    return true;
  }
}
