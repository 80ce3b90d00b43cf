import { setTimeout } from 'node:timers/promises';

/** The clock that a replay goes by; another one makes tests of a program fast and exact. */
export interface ReplayClock {
  /** Milliseconds since some instant; never goes back. */
  now(): number;
  /** Resolves after so many milliseconds, or as soon as the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Longest that a timer of Node waits. */
const LONGEST = 2 ** 31 - 1;

export const REAL_CLOCK: ReplayClock = {
  now: () => performance.now(),
  async sleep(ms, signal) {
    // Aborting is how one is woken.
    await setTimeout(Math.min(ms, LONGEST), undefined, { signal }).catch(() => undefined);
  },
};
