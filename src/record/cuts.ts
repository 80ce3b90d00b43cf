import { nextWord, slotOf } from '../buffer/cut-word.ts';
import type { TableRing } from '../buffer/ring.ts';
import {
  COUNT_TAKEN,
  COUNTERS,
  COUNTERS_OFFSET,
  COUNTERS_PER_TABLE,
  CUT,
  EPOCH,
  MAX_TABLES,
  SLOT_COUNTS,
  SLOT_EPOCH,
  SLOT_FIELDS,
  SLOT_OPEN,
  SLOT_WORD,
  SLOTS,
  SLOTS_OFFSET,
} from '../buffer/words.ts';

/**
 * Notes the ends of units, and publishes them to the writer as cuts: the number of rows of each table.
 *
 * A cut carries the epoch in which it was published. The writer advances the epoch and then takes, of every lane, the
 * newest cut of an epoch before: so a commit that holds a row holds all that was published before that row's unit. For
 * that the last cut of the epoch before stays in its slot until the next epoch.
 */
export class Cuts {
  readonly #control: Int32Array;
  readonly #words: Int32Array;
  readonly #slots: Float64Array;
  readonly #counters: Float64Array;
  readonly #rings: readonly TableRing[];
  /** Rows of each table that belong to units that have ended. */
  readonly noted: Float64Array = new Float64Array(MAX_TABLES);
  readonly #orderedStores: boolean;
  #dirty = false;

  /**
   * @param buffer the lane block
   * @param orderedStores whether other threads see this processor's stores in their order
   */
  constructor(
    control: Int32Array,
    buffer: SharedArrayBuffer,
    rings: readonly TableRing[],
    orderedStores: boolean,
  ) {
    this.#control = control;
    this.#words = new Int32Array(buffer, 0, SLOTS_OFFSET / 4);
    this.#slots = new Float64Array(buffer, SLOTS_OFFSET, SLOTS * SLOT_FIELDS);
    this.#counters = new Float64Array(buffer, COUNTERS_OFFSET, COUNTERS);
    this.#rings = rings;
    this.#orderedStores = orderedStores;
  }

  /** Notes that all rows so far belong to units that have ended. */
  note(): void {
    const { noted } = this;
    for (let i = 0; i < this.#rings.length; i++) {
      const ring = this.#rings[i]!;
      const count = ring.count;
      if (noted[i] !== count) {
        noted[i] = count;
        this.#counters[i * COUNTERS_PER_TABLE + COUNT_TAKEN] = count;
        ring.mark();
        this.#dirty = true;
      }
    }
  }

  /** Publishes what was noted, if that is news. */
  publish(): void {
    if (this.#dirty) this.#write(this.noted, false);
  }

  /** Publishes fewer rows than were noted. */
  publishCounts(counts: Float64Array): void {
    this.#write(counts, false);
  }

  /** Publishes the rows of a unit that has not ended, for a commit that stays open. */
  publishOpen(): void {
    const counts = this.noted.slice();
    for (const [i, ring] of this.#rings.entries()) {
      ring.given = ring.count;
      counts[i] = ring.count;
      this.#counters[i * COUNTERS_PER_TABLE + COUNT_TAKEN] = ring.count;
    }
    this.#write(counts, true);
  }

  #write(counts: Float64Array, open: boolean): void {
    const slots = this.#slots;
    // Loaded before the cut is published: a lane that has seen this cut loads this epoch or a later one.
    const epoch = Atomics.load(this.#control, EPOCH);
    const before = this.#words[CUT]!;
    const word = nextWord(before, slots[slotOf(before) * SLOT_FIELDS + SLOT_EPOCH] === epoch);
    const at = slotOf(word) * SLOT_FIELDS;
    slots[at + SLOT_WORD] = word;
    slots[at + SLOT_EPOCH] = epoch;
    slots[at + SLOT_OPEN] = open ? 1 : 0;
    for (let i = 0; i < this.#rings.length; i++) slots[at + SLOT_COUNTS + i] = counts[i]!;
    // Last of all. An atomic store waits until the processor's store buffer is empty, 25 to 60 ns after a row; where
    // the hardware keeps stores in order by itself, a plain one publishes just as well.
    if (this.#orderedStores) this.#words[CUT] = word;
    // An exchange, not a store: what is written into the next slot must not overtake it.
    else Atomics.exchange(this.#words, CUT, word);
    this.#dirty = false;
  }
}
