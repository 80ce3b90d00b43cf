import {
  COUNT_BYTES,
  COUNT_COMPLETIONS,
  COUNT_DISCARDED,
  COUNT_DROPPED,
  COUNT_FAILED,
  COUNT_REFUSED,
  COUNT_REJECTED,
  COUNT_TAKEN,
  COUNT_WRITTEN,
  COUNTERS_PER_TABLE,
} from './words.ts';

/** What became of rows that completed an earlier one of their key. */
export interface Completions {
  written: number;
  failed: number;
  pending: number;
}

/** The rows of one table in one lane, as the producer and the writer count them in shared memory. */
export class RowCounts {
  readonly #fields: Float64Array;
  /** On the producer's thread: counts of the ring after rows that completed an earlier one, as far as not settled. */
  readonly #completions: number[] = [];
  readonly #settled = { written: 0, failed: 0 };

  /**
   * @param counters those of the lane
   * @param table its number in the lane
   */
  constructor(counters: Float64Array, table: number) {
    const from = table * COUNTERS_PER_TABLE;
    this.#fields = counters.subarray(from, from + COUNTERS_PER_TABLE);
  }

  /** Rows in the file, those that completed an earlier one included. */
  get written(): number {
    return this.#fields[COUNT_WRITTEN]!;
  }

  /** Rows lost to a write error, or with a thread that ended in the middle of a unit. */
  get failed(): number {
    return this.#fields[COUNT_FAILED]!;
  }

  /** Rows that the backend refused. */
  get refused(): number {
    return this.#fields[COUNT_REFUSED]!;
  }

  /** Bytes written, as they stand in the buffers; text and bytes not counted. */
  get bytes(): number {
    return this.#fields[COUNT_BYTES]!;
  }

  /** Rows of units that have ended, or that the writer was given before. */
  get taken(): number {
    return this.#fields[COUNT_TAKEN]!;
  }

  /** Rows that the overflow policy dropped. */
  get dropped(): number {
    return this.#fields[COUNT_DROPPED]!;
  }

  set dropped(rows: number) {
    this.#fields[COUNT_DROPPED] = rows;
  }

  /** Of those the ones that were taken before: the oldest, which made room for newer ones. */
  get discarded(): number {
    return this.#fields[COUNT_DISCARDED]!;
  }

  set discarded(rows: number) {
    this.#fields[COUNT_DISCARDED] = rows;
  }

  /** Rows refused for what they hold, before they were taken. */
  get rejected(): number {
    return this.#fields[COUNT_REJECTED]!;
  }

  set rejected(rows: number) {
    this.#fields[COUNT_REJECTED] = rows;
  }

  /** Rows that completed an earlier one of their key, and are no rows of their own. */
  get completed(): number {
    return this.#fields[COUNT_COMPLETIONS]!;
  }

  /** Notes that the newest row, with which the ring has `count`, completes an earlier one. */
  complete(count: number): void {
    this.#completions.push(count);
    this.#fields[COUNT_COMPLETIONS]!++;
  }

  /**
   * What became of those rows. Rows settle in their order. On the producer's thread.
   * @param stored count of the ring up to which rows are written, refused or discarded
   * @param settled the same with those that failed
   */
  completions(stored: number, settled: number): Completions {
    this.#settled.written += this.#settle(stored);
    this.#settled.failed += this.#settle(settled);
    return { ...this.#settled, pending: this.#completions.length };
  }

  #settle(count: number): number {
    const open = this.#completions.findIndex((completion) => completion > count);
    return this.#completions.splice(0, open < 0 ? this.#completions.length : open).length;
  }
}
