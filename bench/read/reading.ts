/** What it took to open a recording and answer one question about it. */
export interface Reading {
  /** From before it was opened. */
  readonly seconds: number;
  /** Once more, with what is known by then. */
  readonly again: number;
  /** Bytes that were read from files the first time, as Linux counts them for the process. */
  readonly bytes: number;
  /** Megabytes of memory beyond what the program takes before it opens anything, at its highest. */
  readonly memory: number;
  /** Rows of the answer, and the sum of one of its columns, by which answers are compared. */
  readonly rows: number;
  readonly sum: number;
}

/**
 * - `at`: the state of every body at one time.
 * - `range`: all columns of 100 frames.
 * - `column`: one column of all rows.
 */
export type Question = 'at' | 'range' | 'column';
export const QUESTIONS: readonly Question[] = ['at', 'range', 'column'];

/** Frames of the question `range`. */
export const RANGE = 100;
