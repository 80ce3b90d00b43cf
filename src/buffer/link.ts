import type { TablePlan } from '../schema/plan.ts';

/** What a lane tells the writer without waiting for an answer. Sent before the cut that needs it is published. */
export type LaneMessage =
  | {
      readonly type: 'segment';
      readonly table: number;
      readonly index: number;
      readonly layout: number;
      readonly buffer: SharedArrayBuffer;
    }
  | { readonly type: 'forget'; readonly table: number; readonly index: number }
  | { readonly type: 'shape'; readonly number: number; readonly keys: readonly string[] };

/** What a lane asks; the writer answers or throws. */
export type LaneQuestion = {
  readonly type: 'table';
  readonly table: number;
  /** Number of the table's layout with this plan: 0 for its first. */
  readonly layout: number;
  readonly plan: TablePlan;
};

/** Ids that this recorder may give out for a table: `first` to `last`, both included. */
export interface IdRange {
  readonly first: number;
  readonly last: number;
}

/** The producer's way to the writer, which is on another thread or on this one. */
export interface WriterLink {
  /** The control block; its words are in `words.ts`. */
  readonly control: Int32Array;
  /** The writer's counters, in `words.ts` too. */
  readonly statistics: Float64Array;
  send(message: LaneMessage): void;
  /** Asks and waits, for milliseconds as a rule. */
  ask(question: LaneQuestion): IdRange;
  /** Tells the writer that something waits to be done. */
  wake(): void;
  /** Tells the writer that a segment is full: it comes soon, and as a rule without a system call. */
  nudge(): void;
  /** Waits until the space word is no longer `seen`, for `ms` at the most. */
  waitForSpace(seen: number, ms: number): void;
}
