import {
  IN_USE_KB,
  LANE_IN_USE_KB,
  LANE_MEMORY_KB,
  LANE_RESERVED_KB,
  MEMORY_KB,
  RESERVED_KB,
} from './words.ts';

function kbOf(bytes: number): number {
  return Math.ceil(bytes / 1024);
}

/** Counts the memory of one lane's segments, for the lane and for the recorder, whose lanes share one limit. */
export class Memory {
  readonly #control: Int32Array;
  readonly #words: Int32Array;
  readonly #limitBytes: number;

  /**
   * @param control the control block
   * @param words the lane block
   */
  constructor(control: Int32Array, words: Int32Array, limitBytes: number) {
    this.#control = control;
    this.#words = words;
    this.#limitBytes = limitBytes;
  }

  /**
   * Takes memory for a segment, unless that would break the limit or a promise to another table.
   * @param promised bytes that this table was promised
   * @param forced whether it gets the segment all the same
   */
  take(bytes: number, promised: number, forced: boolean): boolean {
    const kb = kbOf(bytes);
    // Never more than is taken in the end, not even for a moment: others would be refused for it.
    for (let before = Atomics.load(this.#control, MEMORY_KB); ; ) {
      const all = before + kb + Atomics.load(this.#control, RESERVED_KB) - kbOf(promised);
      if (!forced && all * 1024 > this.#limitBytes) return false;
      const found = Atomics.compareExchange(this.#control, MEMORY_KB, before, before + kb);
      if (found === before) break;
      before = found;
    }
    Atomics.add(this.#words, LANE_MEMORY_KB, kb);
    return true;
  }

  giveBack(bytes: number): void {
    giveBack(this.#control, this.#words, bytes);
  }

  /** Keeps `after` bytes for a table that cannot do without them, in place of `before`. */
  promise(before: number, after: number): void {
    if (before !== after) this.#add(RESERVED_KB, LANE_RESERVED_KB, kbOf(after) - kbOf(before));
  }

  /** A segment holds rows from now on. */
  enter(bytes: number): void {
    this.#add(IN_USE_KB, LANE_IN_USE_KB, kbOf(bytes));
  }

  /** A segment's rows were taken back. */
  leave(bytes: number): void {
    leave(this.#control, this.#words, bytes);
  }

  #add(word: number, laneWord: number, kb: number): void {
    Atomics.add(this.#control, word, kb);
    Atomics.add(this.#words, laneWord, kb);
  }
}

/** A segment's rows were written, or taken back. */
export function leave(control: Int32Array, words: Int32Array, bytes: number): void {
  Atomics.sub(control, IN_USE_KB, kbOf(bytes));
  Atomics.sub(words, LANE_IN_USE_KB, kbOf(bytes));
}

/** A segment is gone. */
export function giveBack(control: Int32Array, words: Int32Array, bytes: number): void {
  Atomics.sub(control, MEMORY_KB, kbOf(bytes));
  Atomics.sub(words, LANE_MEMORY_KB, kbOf(bytes));
}

/** Returns all memory of a lane whose thread has ended. */
export function leaveAll(control: Int32Array, words: Int32Array): void {
  Atomics.sub(control, MEMORY_KB, Atomics.exchange(words, LANE_MEMORY_KB, 0));
  Atomics.sub(control, RESERVED_KB, Atomics.exchange(words, LANE_RESERVED_KB, 0));
  Atomics.sub(control, IN_USE_KB, Atomics.exchange(words, LANE_IN_USE_KB, 0));
}
