/** Most of a look's time that counts, as a multiple of the time for which it meant to wait. */
const MOST = 4;

/**
 * How long somebody has waited in vain, looking again and again. Of the time between two looks no more counts than a
 * busy machine explains: a process that was stopped meanwhile (a debugger, Ctrl-Z) has not waited, and whom it waits for
 * was stopped too.
 */
export class Patience {
  /** Milliseconds that count. */
  spentMs = 0;
  #last: number = performance.now();

  /** Counts the time since the last look, after a wait of so many milliseconds. */
  look(waitedMs: number): void {
    const now = performance.now();
    this.spentMs += Math.min(now - this.#last, MOST * waitedMs);
    this.#last = now;
  }

  /** There was something to wait for after all. */
  reset(): void {
    this.spentMs = 0;
    this.#last = performance.now();
  }
}
