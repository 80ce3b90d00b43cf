/** The first calls are timed each, as they are few and the slowest: shapes are compiled in them. */
const TIMED_AT_FIRST = 64;
/** Then one of so many: a prime, so that a rhythm of the simulation does not meet it. */
const EVERY = 61;

/** Estimates what all calls took from those that are timed: a clock costs 50 ns, a tenth of a step. */
export class WriteTimes {
  #ms = 0;
  #calls = 0;
  #period = 1;
  #left = 1;

  /** Whether the next call is to be timed. Counts it. */
  next(): boolean {
    return --this.#left === 0;
  }

  /** Takes what a call took that was timed. It stands for those since the last one that was. */
  add(ms: number): void {
    this.#ms += ms * this.#period;
    this.#calls += this.#period;
    if (this.#calls >= TIMED_AT_FIRST) this.#period = EVERY;
    this.#left = this.#period;
  }

  /**
   * Mean time of a call in milliseconds, 0 before the first.
   * @param stallMs time that calls waited for memory, which is known exactly and not part of what was timed
   */
  mean(stallMs: number): number {
    const untimed = this.#period - this.#left;
    if (this.#calls === 0) return 0;
    const perCall = this.#ms / this.#calls;
    return perCall + stallMs / (this.#calls + untimed);
  }
}
