/** Primary result codes (sqlite.org/rescode.html). */
const BUSY = 5;
const LOCKED = 6;
const FULL = 13;
const TOOBIG = 18;
const CONSTRAINT = 19;
const MISMATCH = 20;

function primaryCode(error: unknown): number | null {
  const code = (error as { errcode?: unknown } | null)?.errcode;
  return typeof code === 'number' ? code & 0xff : null;
}

/** Whether a statement failed for what a row holds, not for the state of the file. */
export function isRowError(error: unknown): boolean {
  const code = primaryCode(error);
  return code === CONSTRAINT || code === TOOBIG || code === MISMATCH;
}

/** Whether a statement failed for a lock that somebody else holds. */
export function isLocked(error: unknown): boolean {
  const code = primaryCode(error);
  return code === BUSY || code === LOCKED;
}

/** Whether trying again later may help. */
export function isPassing(error: unknown): boolean {
  return isLocked(error) || primaryCode(error) === FULL;
}
