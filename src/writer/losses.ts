import { fromPlainError, SimtapeError } from '../errors.ts';
import { rowsRejected } from './drain.ts';
import type { PlainLosses } from './protocol.ts';

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
