import {
  ALL_WRITTEN,
  type MaybePromise,
  type StorageBackend,
  type WriteReport,
} from '../backends/backend.ts';
import type { Slice, TableRows } from '../backends/commit.ts';
import type { IdRange, LaneQuestion } from '../buffer/link.ts';
import { HEARTBEAT, REQUEST_FAILED, SPACE, STATE_FAILED, WRITER_STATE } from '../buffer/words.ts';
import { type RejectedRow, SimtapeError } from '../errors.ts';
import { type Cut, LaneReader } from './lane-reader.ts';
import { andThen } from './maybe-promise.ts';
import type { Statistics } from './statistics.ts';

/** Rows that did not reach the backend, and why. */
export interface Losses {
  failed: number;
  rejected: number;
  examples: RejectedRow[];
  error: Error | null;
}

export interface DrainOptions {
  readonly control: Int32Array;
  readonly statistics: Statistics;
  /** Bytes of segments after which a commit frees what it has written, so that producers need not wait for its end. */
  readonly partBytes: number;
  /** Whether producers throw after a permanent failure. */
  readonly throwOnFailure: boolean;
  /** Takes messages of the lane that have arrived; called after its cut was read. */
  readonly receive: () => void;
  /** Told of each loss once, when it happens. */
  readonly report: (error: Error) => void;
  /** Waits between attempts. */
  readonly pause: (ms: number) => MaybePromise<void>;
}

/** Pauses before a commit that failed for a passing reason is tried again, in milliseconds. */
const RETRY_AFTER_MS = [20, 100, 400];
const MAX_EXAMPLES = 10;
const PASSING_CODES = new Set(['EBUSY', 'EAGAIN', 'ENOSPC', 'EINTR']);

/**
 * Turns what lanes have published into numbered commits. Knows no thread: the worker calls it in a loop, tests and
 * recorders without a thread call it directly.
 */
export class Drain {
  readonly #backend: StorageBackend;
  readonly #options: DrainOptions;
  readonly #lane: LaneReader;
  readonly #ids = new Map<string, IdRange>();
  #commits = 0;
  #openCommit = false;
  #failure: Error | null = null;
  #held: {
    numbers: readonly number[];
    tables: readonly TableRows[];
    report: WriteReport | null;
  }[] = [];
  #losses = noLosses();

  constructor(backend: StorageBackend, lane: SharedArrayBuffer, options: DrainOptions) {
    this.#backend = backend;
    this.#options = options;
    this.#lane = new LaneReader(lane);
  }

  get lane(): LaneReader {
    return this.#lane;
  }

  /** Answers a lane's question. */
  ask({ table, layout, plan }: LaneQuestion): MaybePromise<IdRange> {
    const answer = (ids: IdRange): IdRange => {
      const first = this.#ids.get(plan.name) ?? ids;
      this.#ids.set(plan.name, first);
      this.#lane.addPlan(table, layout, plan);
      return first;
    };
    if (this.#failure !== null) return answer({ first: 1, last: Number.MAX_SAFE_INTEGER });
    return andThen(this.#backend.createTable(plan), answer);
  }

  /** Makes one commit of all that is published; nothing where there is nothing new. */
  drain(): MaybePromise<void> {
    const cut = this.#lane.cut();
    this.#options.receive();
    if (cut !== null) return this.#part(cut);
  }

  /** Writes a part of a cut, all of it as a rule, frees its memory, and goes on with the next part. */
  #part(cut: Cut): MaybePromise<void> {
    const { tables: taken, complete } = this.#lane.take(cut, this.#options.partBytes);
    if (taken.length === 0 && !this.#openCommit) return this.#release();
    const tables: TableRows[] = taken.map(({ table, slices }) => ({
      plan: this.#lane.rings[table]!.plan,
      rows: slices.reduce((sum, slice) => sum + slice.to - slice.from, 0),
      slices,
    }));
    const numbers = taken.map(({ table }) => table);
    const open = cut.open || !complete;
    return andThen(this.#write(tables, open), (report) => {
      this.#held.push({ numbers, tables, report });
      this.#release();
      // What an open commit holds counts only once it is closed, or has failed as a whole.
      if (!open || report === null) {
        for (const held of this.#held)
          this.#count(held.numbers, held.tables, report === null ? null : held.report);
        this.#held = [];
      }
      if (!complete) return this.#part(cut);
    });
  }

  /** What was lost since the last call. */
  takeLosses(): Losses {
    const losses = this.#losses;
    this.#losses = noLosses();
    // After a permanent failure nothing is confirmed any more, even where nothing came since the last time.
    losses.error = this.#failure;
    return losses;
  }

  close(endTimestamp: number): MaybePromise<void> {
    return this.#backend.close(this.#failure === null ? endTimestamp : null);
  }

  /** Writes, again and again where that can help. Null where the rows were lost. */
  #write(tables: readonly TableRows[], open: boolean): MaybePromise<WriteReport | null> {
    if (this.#failure !== null) return null;
    const commit = { number: this.#commits + 1, open, tables };
    // Rows of an open commit that were written before are gone from memory: it cannot be tried again.
    const attempts = this.#openCommit ? 1 : RETRY_AFTER_MS.length + 1;
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
      this.#openCommit = open;
      if (!open) {
        this.#commits++;
        this.#options.statistics.committed(performance.now() - start);
      }
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
    Atomics.store(this.#options.control, WRITER_STATE, STATE_FAILED);
    if (this.#options.throwOnFailure) this.#lane.requestStop(REQUEST_FAILED);
    this.#options.report(this.#failure);
  }

  #count(numbers: readonly number[], tables: readonly TableRows[], report: WriteReport | null): void {
    const { statistics } = this.#options;
    for (const [i, { plan, rows, slices }] of tables.entries()) {
      const table = numbers[i]!;
      if (report === null) {
        statistics.failed(table, rows);
        this.#losses.failed += rows;
        continue;
      }
      const rejected = report.rejected.get(plan.name) ?? 0;
      statistics.written(
        table,
        rows - rejected,
        slices.reduce((sum, slice) => sum + bytesOf(slice), 0),
      );
      if (rejected > 0) statistics.rejected(table, rejected);
    }
    if (report !== null && report !== ALL_WRITTEN && report.rejected.size > 0) this.#reject(report);
  }

  #reject({ rejected, examples }: WriteReport): void {
    let total = 0;
    for (const rows of rejected.values()) total += rows;
    this.#losses.rejected += total;
    this.#losses.examples.push(...examples.slice(0, MAX_EXAMPLES - this.#losses.examples.length));
    this.#options.report(rowsRejected(total, examples));
  }

  #release(): void {
    if (!this.#lane.release()) return;
    Atomics.add(this.#options.control, SPACE, 1);
    Atomics.notify(this.#options.control, SPACE);
  }
}

function isReport(report: WriteReport | undefined): report is WriteReport {
  return report?.rejected instanceof Map && Array.isArray(report.examples);
}

function noLosses(): Losses {
  return { failed: 0, rejected: 0, examples: [], error: null };
}

/** Bytes of rows in their columns, text and bytes not counted. */
function bytesOf(slice: Slice): number {
  let rowBytes = 0;
  for (const field of slice.layout.fields)
    rowBytes += field.width * slice.views[field.view].BYTES_PER_ELEMENT;
  return rowBytes * (slice.to - slice.from);
}

export function rowsRejected(rejected: number, rows: readonly RejectedRow[]): SimtapeError<'RowsRejected'> {
  const first = rows[0];
  const example = first === undefined ? '' : `, first of ${first.table}: ${first.reason}`;
  return new SimtapeError(
    'RowsRejected',
    `${rejected} row${rejected === 1 ? ' was' : 's were'} refused for what they hold${example}; the others are written`,
    { rejected, rows },
  );
}
