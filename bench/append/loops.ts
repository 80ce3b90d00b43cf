import { type BodyRow, bodyRow } from '../bodies.ts';

/** Takes one row; what it returns is of no interest here. */
export type Store = (row: BodyRow) => unknown;

/** The loops that are timed. Each returns milliseconds, except for `each`. */
export interface Loops {
  /** Stores rows that were made before the clock started. */
  readonly made: (store: Store, rows: readonly BodyRow[]) => number;
  /** Makes each row and stores it. */
  readonly fresh: (store: Store, state: Float64Array, rows: number, kept: BodyRow[]) => number;
  /** Times each call by itself, in milliseconds, into `samples` from `at` on. */
  readonly each: (store: Store, rows: readonly BodyRow[], samples: Float64Array, at: number) => void;
}

// Rows are kept for a while, so that the compiler cannot leave out making them.
const SOURCE = `
'use strict';
const now = () => performance.now();
return {
  made(store, rows) {
    const start = now();
    for (let i = 0; i < rows.length; i++) store(rows[i]);
    return now() - start;
  },
  fresh(store, state, rows, kept) {
    const start = now();
    for (let i = 0; i < rows; i++) {
      const row = makeRow(state, i);
      kept[i & 7] = row;
      store(row);
    }
    return now() - start;
  },
  each(store, rows, samples, at) {
    for (let i = 0; i < rows.length; i++) {
      const start = now();
      store(rows[i]);
      samples[at + i] = now() - start;
    }
  },
};`;

let copies = 0;

/**
 * A copy of the loops for one subject. V8 keeps what it learns about call targets with the source text, so that a loop
 * shared by two subjects would inline neither.
 */
export function makeLoops(): Loops {
  return new Function('makeRow', `${SOURCE}\n// copy ${++copies}`)(bodyRow) as Loops;
}
