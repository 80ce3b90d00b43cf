import type { StoredColumn, TablePlan } from '../schema/plan.ts';

/** What a lane tells the writer without waiting for an answer. Sent before the cut that needs it is published. */
export type LaneMessage =
  | {
      readonly type: 'segment';
      readonly table: number;
      readonly index: number;
      readonly layout: number;
      readonly buffer: SharedArrayBuffer;
    }
  /** The row that follows count `at` is that of count `to`, at a row of a segment. Sent before the cut with that row. */
  | {
      readonly type: 'skip';
      readonly table: number;
      readonly at: number;
      readonly to: number;
      readonly segment: number;
      readonly row: number;
    }
  | { readonly type: 'forget'; readonly table: number; readonly index: number }
  | { readonly type: 'shape'; readonly number: number; readonly keys: readonly string[] };

/** What a lane asks; the writer answers or throws. */
export type LaneQuestion =
  /** Gives a table, by its number in the lane, the columns of a plan. */
  | {
      readonly type: 'table';
      readonly table: number;
      /** Number of the table's layout with this plan: 0 for its first. */
      readonly layout: number;
      readonly plan: TablePlan;
    }
  /** Asks for the columns that a table of this name has by now, through whatever lane. */
  | { readonly type: 'columns'; readonly name: string };

/** What the writer says of a table. */
export interface LaneAnswer {
  /** Number of the table in the recorder: where its next id stands in the id block. */
  readonly number: number;
  readonly ids: IdRange;
  /** All columns that it has. */
  readonly columns: readonly StoredColumn[];
}

/** Ids that this recorder may give out for a table: `first` to `last`, both included. */
export interface IdRange {
  readonly first: number;
  readonly last: number;
}

/** The blocks that all lanes of a recorder share; what stands where is in `words.ts`. */
export interface SharedBlocks {
  readonly control: SharedArrayBuffer;
  readonly statistics: SharedArrayBuffer;
  readonly ids: SharedArrayBuffer;
}

/** The producer's way to the writer, which is on another thread or on this one. */
export interface WriterLink {
  /** The control block. */
  readonly control: Int32Array;
  /** How many commits there were, and how long they took. */
  readonly statistics: Float64Array;
  /** The next id of each table. */
  readonly ids: BigInt64Array;
  send(message: LaneMessage): void;
  /** Asks and waits, for milliseconds as a rule. */
  ask(question: LaneQuestion): LaneAnswer;
  /** Tells the writer that something waits to be done. */
  wake(): void;
  /** Tells the writer that a segment is full: it comes soon, and as a rule without a system call. */
  nudge(): void;
  /** Waits until the space word is no longer `seen`, for `ms` at the most. */
  waitForSpace(seen: number, ms: number): void;
}
