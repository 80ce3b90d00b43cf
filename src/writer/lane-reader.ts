import type { Slice } from '../backends/commit.ts';
import { JsonReader } from '../backends/json-text.ts';
import { earlierSlotOf, slotOf } from '../buffer/cut-word.ts';
import type { LaneMessage } from '../buffer/link.ts';
import { giveBack, leave, leaveAll } from '../buffer/memory.ts';
import {
  CONSUMED,
  COUNT_DISCARDED,
  COUNT_FAILED,
  COUNT_REFUSED,
  COUNT_TAKEN,
  COUNT_WRITTEN,
  COUNTERS,
  COUNTERS_OFFSET,
  COUNTERS_PER_TABLE,
  CUT,
  FLUSH_ASKED,
  FLUSH_DONE,
  REPLY,
  REQUEST,
  REQUEST_EACH,
  REQUEST_NONE,
  REQUEST_PUBLISH,
  REQUEST_STOP,
  SLOT_COUNTS,
  SLOT_EPOCH,
  SLOT_FIELDS,
  SLOT_OPEN,
  SLOT_WORD,
  SLOTS,
  SLOTS_OFFSET,
  UNIT_OPEN,
} from '../buffer/words.ts';
import type { TablePlan } from '../schema/plan.ts';
import { type Budget, RingReader } from './ring-reader.ts';

/** A cut as the writer read it. */
export interface Cut {
  readonly word: number;
  /** Whether the newest rows belong to a unit that has not ended. */
  readonly open: boolean;
  readonly counts: Float64Array;
}

/** The writer's side of one lane. */
export class LaneReader {
  /** In the lane's own order of tables. */
  readonly rings: RingReader[] = [];
  /** The lane's counters, in its own order of tables. */
  readonly counters: Float64Array;
  readonly words: Int32Array;
  readonly #control: Int32Array;
  readonly #slots: Float64Array;
  readonly #json = new JsonReader();
  readonly #byNumber = new Map<number, RingReader>();
  #taken = 0;
  #left = false;

  /** @param buffer the lane block */
  constructor(control: Int32Array, buffer: SharedArrayBuffer) {
    this.#control = control;
    this.words = new Int32Array(buffer, 0, SLOTS_OFFSET / 4);
    this.#slots = new Float64Array(buffer, SLOTS_OFFSET, SLOTS * SLOT_FIELDS);
    this.counters = new Float64Array(buffer, COUNTERS_OFFSET, COUNTERS);
  }

  /**
   * Notes what a table looks like from one of its layouts on.
   * @param table its number in the lane
   * @param number its number in the recorder
   */
  addPlan(table: number, number: number, layout: number, plan: TablePlan): void {
    let ring = this.rings[table];
    if (ring === undefined) {
      ring = new RingReader(number, ({ views }, at) => this.#json.read(views, at));
      this.rings[table] = ring;
      this.#byNumber.set(number, ring);
    }
    // By number: a question whose asker lost patience may be asked again.
    ring.plans[layout] = plan;
  }

  receive(message: LaneMessage): void {
    if (message.type === 'shape') this.#json.addShape(message.number, message.keys);
    else if (message.type === 'forget') this.rings[message.table]!.forget(message.index);
    else if (message.type === 'skip') this.rings[message.table]!.skip(message);
    else this.rings[message.table]!.add(message.index, message.layout, message.buffer);
  }

  /**
   * The newest cut that was published in an epoch up to this one, or null where it was taken before. Only the epoch
   * that was just ended will do. Messages that were sent before the cut have arrived once this returns.
   */
  cut(epoch: number): Cut | null {
    if (this.#left) return null;
    for (let isLater = false; ; ) {
      const word = Atomics.load(this.words, CUT);
      const current = slotOf(word) * SLOT_FIELDS;
      const wasLater = isLater;
      isLater = this.#slots[current + SLOT_EPOCH]! > epoch;
      const cut = isLater ? null : this.#read(current);
      // The producer may write into this slot again once it has published another one. The addition is a fence:
      // without it, some processors might read the slot after they have looked at the word again.
      Atomics.add(this.words, CONSUMED, 0);
      if (Atomics.load(this.words, CUT) !== word && !(isLater && wasLater)) continue;
      // The producer is in the next epoch: while that lasts, it leaves the last cut of this one alone. Looked at twice
      // where the word has changed: the slot may have been that of an earlier cut, and be written again.
      if (isLater) return this.#read(earlierSlotOf(word) * SLOT_FIELDS);
      return cut;
    }
  }

  #read(at: number): Cut | null {
    const word = this.#slots[at + SLOT_WORD]!;
    if (word === this.#taken) return null;
    const counts = at + SLOT_COUNTS;
    return {
      word,
      open: this.#slots[at + SLOT_OPEN] === 1,
      counts: this.#slots.slice(counts, counts + this.rings.length),
    };
  }

  /** Rows of a table, by its number in the recorder, up to a cut and until `budget` has no bytes left. */
  take(number: number, cut: Cut, budget: Budget): Slice[] {
    const ring = this.#byNumber.get(number);
    if (ring === undefined) return [];
    return ring.take(cut.counts[this.rings.indexOf(ring)] ?? 0, budget);
  }

  /** Where the counters of a table stand, by its number in the recorder. */
  table(number: number): number {
    return this.rings.indexOf(this.#byNumber.get(number)!);
  }

  /** Whether all rows of a cut were taken; notes that the cut was. */
  finished(cut: Cut): boolean {
    const complete = this.rings.every((ring, table) => ring.consumed >= (cut.counts[table] ?? 0));
    if (complete) this.#taken = cut.word;
    return complete;
  }

  /** Frees what was taken. Whether the producer gained room. */
  release(): boolean {
    let any = false;
    const freed = (bytes: number) => {
      leave(this.#control, this.words, bytes);
      any = true;
    };
    for (const ring of this.rings) ring.release(freed);
    Atomics.store(this.words, CONSUMED, this.#taken);
    return any;
  }

  /**
   * Reads nothing of the lane any more.
   * @returns rows that it has given and that were not read, which count as failed
   */
  leave(): number {
    this.#left = true;
    let rows = 0;
    for (const table of this.rings.keys()) {
      const at = table * COUNTERS_PER_TABLE;
      const settled =
        this.counters[at + COUNT_WRITTEN]! +
        this.counters[at + COUNT_FAILED]! +
        this.counters[at + COUNT_REFUSED]! +
        this.counters[at + COUNT_DISCARDED]!;
      const lost = Math.max(0, this.counters[at + COUNT_TAKEN]! - settled);
      this.counters[at + COUNT_FAILED]! += lost;
      rows += lost;
    }
    return rows;
  }

  /** Gives back the memory of segments that hold nothing. Whether there were any. */
  reclaim(): boolean {
    let any = false;
    for (const ring of this.rings) {
      ring.reclaim((bytes) => {
        giveBack(this.#control, this.words, bytes);
        any = true;
      });
    }
    return any;
  }

  /** Returns the memory of a lane whose thread has ended. */
  end(): void {
    leaveAll(this.#control, this.words);
  }

  /** Whether the thread was in the middle of a unit. */
  get unitOpen(): boolean {
    return Atomics.load(this.words, UNIT_OPEN) === 1;
  }

  /** Asks the producer to publish at its next unit end, unless it does so anyway. A stop that was asked for stands. */
  requestPublication(): void {
    Atomics.compareExchange(this.words, REQUEST, REQUEST_NONE, REQUEST_PUBLISH);
  }

  /** Hands on a stop, unless something else stops the producer already. */
  passOnStop(): void {
    for (const request of [REQUEST_NONE, REQUEST_PUBLISH, REQUEST_EACH])
      Atomics.compareExchange(this.words, REQUEST, request, REQUEST_STOP);
  }

  /** Makes the producer's next call throw. */
  requestStop(word: number): void {
    Atomics.store(this.words, REQUEST, word);
  }

  /** Number of the newest flush that the lane asked for. */
  get flushAsked(): number {
    return Atomics.load(this.words, FLUSH_ASKED);
  }

  /** Wakes those who wait for a flush. */
  flushDone(number: number): void {
    Atomics.store(this.words, FLUSH_DONE, number);
    Atomics.notify(this.words, FLUSH_DONE);
  }

  /** Wakes who waits for an answer. */
  replied(): void {
    Atomics.add(this.words, REPLY, 1);
    Atomics.notify(this.words, REPLY);
  }
}
