import type { TableRing } from '../buffer/ring.ts';
import type { InputColumn } from '../schema/plan.ts';
import type { Lane } from './lane.ts';

/** Where a value comes from: a field of the row, or of the extras that the recorder adds to a dictionary. */
export interface Source {
  readonly from: 'row' | 'extra';
  readonly field: string;
}

/** One column to fill. A column without a source is stored as null. */
export interface AppendColumn {
  readonly input: InputColumn;
  readonly source: Source;
}

/** All that an append function is made from. */
export interface AppendPlan {
  readonly lane: Lane;
  readonly ring: TableRing;
  readonly columns: readonly AppendColumn[];
  /** Flat columns that no source fills; they are nullable. */
  readonly empty: readonly number[];
  /** Called with the index of the column and the value that it cannot hold; its result is returned. */
  readonly fail: (column: number, value: unknown, row: unknown) => number;
  /** Looks for fields that no column takes; absent where that is not checked on each row. */
  readonly checkKeys?: (row: unknown) => void;
}

/**
 * Takes one row and returns its id, 0 where the overflow policy dropped it, or what `fail` returned. A row that
 * fails leaves nothing behind: rows count only once the ring's `row` has moved on.
 */
export type Append = (row: unknown, extra?: unknown) => number;
