import {
  ALL_WRITTEN,
  type MaybePromise,
  type StorageBackend,
  type WriteReport,
} from '../backends/backend.ts';
import type { Slice, TableRows } from '../backends/commit.ts';
import {
  COUNT_BYTES,
  COUNT_FAILED,
  COUNT_REFUSED,
  COUNT_WRITTEN,
  COUNTERS_PER_TABLE,
  HEARTBEAT,
} from '../buffer/words.ts';
import { SimtapeError } from '../errors.ts';
import type { CatalogTable } from './catalog.ts';
import type { CommitTimes } from './commit-times.ts';
import type { LaneReader } from './lane-reader.ts';
import { Losses } from './losses.ts';
import { andThen } from './maybe-promise.ts';

/** Rows of one table that one lane gave. */
export interface Take {
  readonly lane: LaneReader;
  readonly slices: readonly Slice[];
}

/** Rows of one table in a commit, lane by lane. */
export interface TableTakes {
  readonly table: CatalogTable;
  readonly takes: readonly Take[];
}

export interface CommitWriterOptions {
  readonly control: Int32Array;
  readonly times: CommitTimes;
  /** Told of each loss once, when it happens. */
  readonly report: (error: Error) => void;
  /** Waits between attempts. */
  readonly pause: (ms: number) => MaybePromise<void>;
  /** Called once nothing can be written any more. */
  readonly onFailure: () => void;
}

/** Pauses before a commit that failed for a passing reason is tried again, in milliseconds. */
const RETRY_AFTER_MS = [20, 100, 400];
const PASSING_CODES = new Set(['EBUSY', 'EAGAIN', 'ENOSPC', 'EINTR']);

/** Gives numbered commits to the backend, again where that can help, and keeps account of every row. */
export class CommitWriter {
  readonly losses: Losses;
  readonly #backend: StorageBackend;
  readonly #options: CommitWriterOptions;
  #commits = 0;
  #lastMs = 0;
  #open = false;
  #failure: Error | null = null;
  #held: { tables: readonly TableTakes[]; report: WriteReport }[] = [];

  constructor(backend: StorageBackend, options: CommitWriterOptions) {
    this.#backend = backend;
    this.#options = options;
    this.losses = new Losses(options.report);
  }

  /** Whether the newest commit goes on. */
  get open(): boolean {
    return this.#open;
  }

  /** Why nothing can be written any more, or null. */
  get failure(): Error | null {
    return this.#failure;
  }

  /** Writes a commit, or with `open` a part of one. */
  write(tables: readonly TableTakes[], open: boolean): MaybePromise<void> {
    if (tables.length === 0 && !this.#open) return;
    return andThen(this.#write(tables.map(rowsOf), open), (report) => {
      if (report === null) {
        // What an open commit holds has failed with it.
        this.#settle(false);
        this.#count(tables, null);
        return;
      }
      this.#held.push({ tables, report });
      if (open) return;
      this.#settle(true);
      // After the rows are counted: whoever sees the commit sees them.
      this.#options.times.committed(this.#lastMs);
    });
  }

  /**
   * Takes back the parts of the commit that is open, whose lane has ended in the middle of its unit.
   * @returns rows that were lost with it
   */
  abandon(): MaybePromise<number> {
    if (!this.#open) return 0;
    const rows = this.#held
      .flatMap(({ tables }) => tables)
      .reduce((sum, { takes }) => sum + takes.reduce((sum, take) => sum + rowsIn(take.slices), 0), 0);
    if (this.#backend.abandon === undefined) {
      // A backend that cannot take rows back keeps them.
      return andThen(this.write([], false), () => 0);
    }
    return andThen(
      () => this.#backend.abandon!(),
      () => {
        this.#open = false;
        this.#settle(false, false);
        return rows;
      },
      (error) => {
        this.#fail(error);
        this.#settle(false);
        return rows;
      },
    );
  }

  /** Counts the parts of the commit that was open as written or as failed. */
  #settle(stored: boolean, lost = true): void {
    for (const { tables, report } of this.#held) this.#count(tables, stored ? report : null, lost);
    this.#held = [];
  }

  /** Null where the rows were lost. */
  #write(tables: readonly TableRows[], open: boolean): MaybePromise<WriteReport | null> {
    if (this.#failure !== null) return null;
    const commit = { number: this.#commits + 1, open, tables };
    // Rows of an open commit that were written before are gone from memory: it cannot be tried again.
    const attempts = this.#open ? 1 : RETRY_AFTER_MS.length + 1;
    const start = performance.now();
    const attempt = (n: number): MaybePromise<WriteReport | null> => {
      Atomics.add(this.#options.control, HEARTBEAT, 1);
      const failed = (error: unknown): MaybePromise<WriteReport | null> => {
        if (n + 1 < attempts && this.#mayPass(error)) {
          return andThen(this.#options.pause(RETRY_AFTER_MS[n]!), () => attempt(n + 1));
        }
        this.#fail(error);
        return null;
      };
      return andThen(
        () => this.#backend.write(commit),
        (report) => (isReport(report) ? report : failed(new TypeError('write() must return a WriteReport'))),
        failed,
      );
    };
    return andThen(attempt(0), (report) => {
      if (report === null) return null;
      this.#open = open;
      if (!open) this.#commits++;
      this.#lastMs = performance.now() - start;
      return report;
    });
  }

  #mayPass(error: unknown): boolean {
    const code = (error as { code?: unknown } | null)?.code;
    return this.#backend.isTransient?.(error) ?? (typeof code === 'string' && PASSING_CODES.has(code));
  }

  #fail(cause: unknown): void {
    const reason = cause instanceof Error ? cause.message : String(cause);
    this.#failure = new SimtapeError(
      'WriteFailed',
      `the recording cannot be written any more (${reason}): what was committed before is safe, later rows are lost`,
      { failed: 0 },
      cause,
    );
    this.#open = false;
    this.losses.fail(this.#failure);
    this.#options.onFailure();
    this.#options.report(this.#failure);
  }

  #count(tables: readonly TableTakes[], report: WriteReport | null, lost = true): void {
    for (const { table, takes } of tables) {
      let refused = report?.rejected.get(table.plan.name) ?? 0;
      for (const { lane, slices } of takes) {
        const rows = rowsIn(slices);
        const at = lane.table(table.number) * COUNTERS_PER_TABLE;
        if (report === null) {
          lane.counters[at + COUNT_FAILED]! += rows;
          if (lost) this.losses.failed(rows);
          continue;
        }
        // Which lane's rows were refused is not told; each table's sum over the lanes is right.
        const share = Math.min(refused, rows);
        refused -= share;
        lane.counters[at + COUNT_WRITTEN]! += rows - share;
        lane.counters[at + COUNT_REFUSED]! += share;
        lane.counters[at + COUNT_BYTES]! += slices.reduce((sum, slice) => sum + bytesOf(slice), 0);
      }
    }
    if (report !== null && report !== ALL_WRITTEN && report.rejected.size > 0) this.losses.reject(report);
  }
}

function rowsOf({ table, takes }: TableTakes): TableRows {
  const slices = takes.flatMap((take) => take.slices);
  return { plan: table.plan, rows: rowsIn(slices), slices };
}

function rowsIn(slices: readonly Slice[]): number {
  return slices.reduce((sum, { from, to }) => sum + to - from, 0);
}

function isReport(report: WriteReport | undefined): report is WriteReport {
  return report?.rejected instanceof Map && Array.isArray(report.examples);
}

/** Bytes of rows in their columns, text and bytes not counted. */
function bytesOf(slice: Slice): number {
  let rowBytes = 0;
  for (const field of slice.layout.fields)
    rowBytes += field.width * slice.views[field.view].BYTES_PER_ELEMENT;
  return rowBytes * (slice.to - slice.from);
}
