import { setImmediate } from 'node:timers/promises';

/** Files or stretches that are read in one turn of the event loop. */
const IN_A_TURN = 32;

/**
 * Reading is synchronous underneath, since that is several times as fast. This lets timers, signals and the collection
 * of what is no longer used have their turn in between.
 */
export class Turns {
  #taken = 0;

  async next(): Promise<void> {
    if (++this.#taken % IN_A_TURN === 0) await setImmediate();
  }
}
