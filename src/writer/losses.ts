import { fromPlainError, SimtapeError } from '../errors.ts';
import { rowsRejected } from './drain.ts';
import type { PlainLosses } from './protocol.ts';

/** The error with which a flush rejects after losses, or null where nothing was lost. */
export function lossError(losses: PlainLosses): Error | null {
  if (losses.failed > 0) {
    const cause = losses.error === null ? undefined : fromPlainError(losses.error);
    return new SimtapeError(
      'WriteFailed',
      `${losses.failed} rows could not be written${cause === undefined ? '' : `: ${cause.message}`}`,
      { failed: losses.failed },
      cause,
    );
  }
  return losses.rejected > 0 ? rowsRejected(losses.rejected, losses.examples) : null;
}
