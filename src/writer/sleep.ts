import { ASLEEP, NAPPING, NUDGED, SLEEPING, WAKE } from '../buffer/words.ts';

/** How long a nap is, in milliseconds; from 1 to 3 made no difference, 0.3 showed on the simulation's thread. */
const NAP_MS = 2;

/**
 * The writer's rest between commits. For an interval after a segment was filled it naps, a few milliseconds at a
 * time, and looks whether another one is full; so a simulation that fills segments does not pay for waking it. Else
 * it sleeps the interval through, unless it is woken.
 */
export class Sleep {
  readonly #control: Int32Array;
  readonly #intervalMs: number;
  #nudgedAt = Number.NEGATIVE_INFINITY;

  constructor(control: Int32Array, intervalMs: number) {
    this.#control = control;
    this.#intervalMs = intervalMs;
  }

  /**
   * Returns when there is something to do.
   * @param seen the wake word, as it was before the last look at what there is to do
   * @returns whether the whole interval went by
   */
  rest(seen: number): boolean {
    const control = this.#control;
    const start = performance.now();
    for (;;) {
      if (Atomics.exchange(control, NUDGED, 0) === 1) {
        this.#nudgedAt = performance.now();
        return false;
      }
      const now = performance.now();
      const left = this.#intervalMs - (now - start);
      if (left <= 0) return true;
      const nap = now - this.#nudgedAt < this.#intervalMs;
      Atomics.store(control, SLEEPING, nap ? NAPPING : ASLEEP);
      // A nudge that came before the word said so woke nobody.
      const woken =
        control[NUDGED] === 1
          ? 'nudged'
          : Atomics.wait(control, WAKE, seen, nap ? Math.min(NAP_MS, left) : left);
      Atomics.store(control, SLEEPING, 0);
      if (woken === 'ok' || woken === 'not-equal') return false;
    }
  }
}
