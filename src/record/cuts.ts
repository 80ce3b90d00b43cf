import type { TableRing } from '../buffer/ring.ts';
import {
  CUT_SEQUENCE,
  MAX_TABLES,
  SLOT_COUNTS,
  SLOT_FIELDS,
  SLOT_OPEN,
  SLOT_UNITS,
  SLOTS_OFFSET,
} from '../buffer/words.ts';

/** Notes the ends of units, and publishes them to the writer as cuts: the number of rows of each table. */
export class Cuts {
  readonly #words: Int32Array;
  readonly #slots: Float64Array;
  readonly #rings: readonly TableRing[];
  readonly #noted = new Float64Array(MAX_TABLES);
  readonly #orderedStores: boolean;
  #units = 0;
  #dirty = false;

  /**
   * @param buffer the lane block
   * @param orderedStores whether other threads see this processor's stores in their order
   */
  constructor(buffer: SharedArrayBuffer, rings: readonly TableRing[], orderedStores: boolean) {
    this.#words = new Int32Array(buffer, 0, SLOTS_OFFSET / 4);
    this.#slots = new Float64Array(buffer, SLOTS_OFFSET);
    this.#rings = rings;
    this.#orderedStores = orderedStores;
  }

  /** Number of the newest cut. */
  get sequence(): number {
    return this.#words[CUT_SEQUENCE]!;
  }

  /** Notes that all rows so far belong to units that have ended. */
  note(): void {
    const noted = this.#noted;
    for (let i = 0; i < this.#rings.length; i++) {
      const ring = this.#rings[i]!;
      const count = ring.count;
      if (noted[i] !== count) {
        noted[i] = count;
        ring.mark();
        this.#dirty = true;
      }
    }
  }

  countUnit(): void {
    this.#units++;
  }

  /** Publishes what was noted, if that is news. */
  publish(): void {
    if (this.#dirty) this.#write(false);
  }

  /** Publishes the rows of a unit that has not ended, for a commit that stays open. */
  publishOpen(): void {
    this.#write(true);
  }

  #write(open: boolean): void {
    const sequence = this.sequence + 1;
    const slot = (sequence & 1) * SLOT_FIELDS;
    const slots = this.#slots;
    slots[slot + SLOT_UNITS] = this.#units;
    slots[slot + SLOT_OPEN] = open ? 1 : 0;
    for (let i = 0; i < this.#rings.length; i++) {
      const ring = this.#rings[i]!;
      if (open) ring.given = ring.count;
      slots[slot + SLOT_COUNTS + i] = open ? ring.count : this.#noted[i]!;
    }
    // Last of all. An atomic store waits until the processor's store buffer is empty, 25 to 60 ns after a row; where
    // the hardware keeps stores in order by itself, a plain one publishes just as well.
    if (this.#orderedStores) this.#words[CUT_SEQUENCE] = sequence;
    // An exchange, not a store: what is written into the next slot must not overtake it.
    else Atomics.exchange(this.#words, CUT_SEQUENCE, sequence);
    this.#dirty = false;
  }
}
