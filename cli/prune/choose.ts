import { duration } from '../text/format.ts';
import type { Found } from './recordings.ts';

/** Which recordings are to go. */
export interface Criteria {
  /** Seconds; those whose newest run began longer ago. */
  readonly olderThan?: number;
  /** All but so many, the newest ones. */
  readonly keep?: number;
}

/** A recording that is to go, and why. */
export interface Chosen extends Found {
  readonly why: string;
}

/**
 * Chooses what goes: empty recordings of processes that are gone always; others only where a criterion is given, and
 * with both only where both hold.
 *
 * @param found the newest first
 * @param now seconds since the Unix epoch
 */
export function choose(found: readonly Found[], { olderThan, keep }: Criteria, now: number): Chosen[] {
  const chosen: Chosen[] = [];
  let kept = 0;
  for (const one of found) {
    const age = now - one.started;
    if (one.isEmpty) {
      chosen.push({ ...one, why: 'empty, and its process is gone' });
      continue;
    }
    const isOld = olderThan === undefined || age > olderThan;
    const isSurplus = keep === undefined || kept >= keep;
    const isAsked = olderThan !== undefined || keep !== undefined;
    if (isAsked && isOld && isSurplus) {
      const note = one.isCrashed ? '; crashed, not recovered' : '';
      chosen.push({ ...one, why: `${reason(age, olderThan, keep)}${note}` });
    } else kept++;
  }
  return chosen;
}

function reason(age: number, olderThan: number | undefined, keep: number | undefined): string {
  if (olderThan !== undefined) return `${ageOf(age)} old`;
  return keep === 0 ? 'none is kept' : `not of the newest ${keep}`;
}

function ageOf(seconds: number): string {
  const days = seconds / 86_400;
  return days < 2 ? duration(Math.max(0, seconds)) : `${Math.floor(days)} days`;
}
