import { setImmediate } from 'node:timers/promises';

/** Files or stretches that are read in one turn of the event loop, and milliseconds after which there are no more in it. */
const IN_A_TURN = 32;
const LONG_MS = 50;

/**
 * Reading is synchronous underneath, since that is several times as fast. This lets timers, signals and the collection
 * of what is no longer used have their turn in between.
 */
export class Turns {
  #taken = 0;
  #began: number = performance.now();

  async next(): Promise<void> {
    if (++this.#taken < IN_A_TURN && performance.now() - this.#began < LONG_MS) return;
    await setImmediate();
    this.#taken = 0;
    this.#began = performance.now();
  }
}
