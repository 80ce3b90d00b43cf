/** The first calls are timed each, as they are few. */
const TIMED_AT_FIRST = 64;
/** Then one of so many: a prime, so that a rhythm of the simulation does not meet it. */
const EVERY = 61;

/**
 * Estimates what a call takes from those that are timed: the clock costs 50 ns, a tenth of a step. The first call makes
 * the tables, which is no part of recording a step: it counts only while it is the only one.
 */
export class WriteTimes {
  #first: number | null = null;
  #ms = 0;
  #calls = 0;
  /** How many calls the next one that is timed stands for, and how many are left until then. */
  #period = 1;
  #left = 1;

  /** Whether the next call is to be timed. Counts it. */
  next(): boolean {
    return --this.#left === 0;
  }

  /** Takes what a call took that was timed. It stands for those since the last one that was. */
  add(ms: number): void {
    if (this.#first === null) this.#first = ms;
    else {
      this.#ms += ms * this.#period;
      this.#calls += this.#period;
      if (this.#calls >= TIMED_AT_FIRST) this.#period = EVERY;
    }
    this.#left = this.#period;
  }

  /**
   * Mean time of a call in milliseconds, 0 before the first.
   * @param stallMs time that calls waited for memory, which is known exactly and not part of what was timed
   */
  mean(stallMs: number): number {
    if (this.#calls === 0) return this.#first ?? 0;
    const untimed = this.#period - this.#left;
    return this.#ms / this.#calls + stallMs / (this.#calls + untimed);
  }
}
