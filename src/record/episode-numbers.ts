import { LAST_EPISODE } from '../buffer/words.ts';

/** Numbers of episodes that were started without one: the highest so far plus 1, whichever thread had that. */
export class EpisodeNumbers {
  readonly #ids: BigInt64Array;

  /** @param ids the id block */
  constructor(ids: BigInt64Array) {
    this.#ids = ids;
  }

  take(): number {
    return Number(Atomics.add(this.#ids, LAST_EPISODE, 1n)) + 1;
  }

  /** Sees to it that numbers to come are higher than this one. */
  raise(episode: number): void {
    const wanted = BigInt(episode);
    for (let seen = Atomics.load(this.#ids, LAST_EPISODE); seen < wanted; ) {
      const found = Atomics.compareExchange(this.#ids, LAST_EPISODE, seen, wanted);
      if (found === seen) return;
      seen = found;
    }
  }
}
