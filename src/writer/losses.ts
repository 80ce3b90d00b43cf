import type { WriteReport } from '../backends/backend.ts';
import { fromPlainError, type RejectedRow, SimtapeError, toPlainError } from '../errors.ts';
import type { LaneReader } from './lane-reader.ts';
import type { PlainLosses } from './protocol.ts';

/** Rows that did not reach the backend, and why. */
interface Account {
  failed: number;
  rejected: number;
  examples: RejectedRow[];
}

const MAX_EXAMPLES = 10;

/** What was lost, for each lane since its own last flush: who flushes hears of all losses in between. */
export class Losses {
  readonly #report: (error: Error) => void;
  readonly #accounts = new Map<LaneReader, Account>();
  #failure: Error | null = null;

  /** @param report told of each loss once, when it happens */
  constructor(report: (error: Error) => void) {
    this.#report = report;
  }

  open(lane: LaneReader): void {
    this.#accounts.set(lane, { failed: 0, rejected: 0, examples: [] });
  }

  close(lane: LaneReader): void {
    this.#accounts.delete(lane);
  }

  failed(rows: number): void {
    for (const account of this.#accounts.values()) account.failed += rows;
  }

  fail(failure: Error): void {
    this.#failure = failure;
  }

  reject({ rejected, examples }: WriteReport): void {
    let total = 0;
    for (const rows of rejected.values()) total += rows;
    for (const account of this.#accounts.values()) {
      account.rejected += total;
      account.examples.push(...examples.slice(0, MAX_EXAMPLES - account.examples.length));
    }
    this.#report(rowsRejected(total, examples));
  }

  /** What was lost since the lane's last call. */
  take(lane: LaneReader): PlainLosses {
    const taken = this.#accounts.get(lane) ?? { failed: 0, rejected: 0, examples: [] };
    this.open(lane);
    // After a permanent failure nothing is confirmed any more, even where nothing came since the last time.
    return { ...taken, error: this.#failure === null ? null : toPlainError(this.#failure) };
  }
}

function rowsRejected(rejected: number, rows: readonly RejectedRow[]): SimtapeError<'RowsRejected'> {
  const first = rows[0];
  const example = first === undefined ? '' : `, first of ${first.table}: ${first.reason}`;
  return new SimtapeError(
    'RowsRejected',
    `${rejected} row${rejected === 1 ? ' was' : 's were'} refused for what they hold${example}; the others are written`,
    { rejected, rows },
  );
}

/** The error with which a flush rejects after losses, or null where nothing was lost. */
export function lossError(losses: PlainLosses): Error | null {
  if (losses.failed > 0 || losses.error !== null) {
    const cause = losses.error === null ? undefined : fromPlainError(losses.error);
    const what =
      losses.failed > 0 ? `${losses.failed} rows could not be written` : 'nothing is written any more';
    const message = cause === undefined ? what : `${what}: ${cause.message}`;
    return new SimtapeError('WriteFailed', message, { failed: losses.failed }, cause);
  }
  return losses.rejected > 0 ? rowsRejected(losses.rejected, losses.examples) : null;
}
