import type { TableRing } from '../buffer/ring.ts';
import { CONSUMED, CUT, DUMPS } from '../buffer/words.ts';
import { Cuts } from './cuts.ts';
import { type Keep, RecentUnits } from './recent-units.ts';

export interface PublisherOptions {
  readonly overflow: string;
  readonly memoryLimitBytes: number;
  /** What the policy `drop-oldest` keeps until it is dumped; null where the writer takes what it can. */
  readonly keep: Keep | null;
  /** Whether other threads see this processor's stores in their order, as on x86 (Intel SDM volume 3, 8.2.2). */
  readonly orderedStores: boolean;
}

/** What a publisher needs of its lane. */
export interface PublisherPort {
  /** The control block, and the lane's words. */
  readonly control: Int32Array;
  readonly words: Int32Array;
  readonly rings: readonly TableRing[];
  /** Whether the row of a table with an id was dropped; null while none was. */
  readonly dropped: () => ((table: number, id: number) => boolean) | null;
  /** Units were discarded. */
  readonly onDiscard: () => void;
}

/** Of the memory limit: what `drop-oldest` gives the writer at a time, so that it never waits for it with full memory. */
const LARGEST_GIFT = 1 / 4;

/** Decides when the writer gets the units that have ended: as soon as they are noted, or, for `drop-oldest`, later. */
export class Publisher {
  readonly #port: PublisherPort;
  readonly #options: PublisherOptions;
  readonly #cuts: Cuts;
  readonly #recent: RecentUnits | null;
  #dumps: number;

  /** @param buffer the lane block */
  constructor(port: PublisherPort, buffer: SharedArrayBuffer, options: PublisherOptions) {
    const { overflow, keep, memoryLimitBytes, orderedStores } = options;
    this.#port = port;
    this.#options = options;
    this.#cuts = new Cuts(port.control, buffer, port.rings, orderedStores);
    this.#recent =
      overflow === 'drop-oldest' ? new RecentUnits(port.rings, keep, memoryLimitBytes, port.onDiscard) : null;
    this.#dumps = Atomics.load(port.control, DUMPS);
  }

  /** Whether old units are discarded to make room for new ones. */
  get discards(): boolean {
    return this.#recent !== null;
  }

  /** Whether units wait for a dump, and a flush does not write them. */
  get holdsBack(): boolean {
    return this.#recent !== null && this.#options.keep !== null;
  }

  /** Whether each row outside of a unit has to be noted by itself. */
  get countsUnits(): boolean {
    return this.#recent !== null && this.#options.keep?.units !== undefined;
  }

  addRing(ring: TableRing): void {
    this.#recent?.addRing(ring);
  }

  /** Notes that all rows so far belong to units that have ended. */
  note(): void {
    // What was kept when a dump was asked for must not make room for newer units before it is dumped.
    if (this.#recent !== null && this.#dumpAsked()) this.publishAll();
    this.#cuts.note();
    this.#recent?.note();
  }

  /** Publishes what was noted, as far as the writer is to have it. */
  publish(): void {
    const recent = this.#recent;
    if (recent === null) {
      this.#cuts.publish();
      return;
    }
    if (this.#dumpAsked()) {
      this.publishAll();
      return;
    }
    recent.expire();
    const { words } = this.#port;
    const idle = Atomics.load(words, CONSUMED) === words[CUT];
    const { keep, memoryLimitBytes } = this.#options;
    this.#give(recent, keep === null && idle ? memoryLimitBytes * LARGEST_GIFT : 0);
  }

  /** Publishes also what is held back. @returns rows that were */
  publishAll(): number {
    this.#dumps = Atomics.load(this.#port.control, DUMPS);
    if (this.#recent !== null) return this.#give(this.#recent, Number.POSITIVE_INFINITY);
    this.#cuts.publish();
    return 0;
  }

  /** Publishes the rows of a unit that has not ended, for a commit that stays open. */
  publishOpen(): void {
    this.#cuts.publishOpen();
  }

  /** Discards the oldest unit that the writer has not been given. False where there is none. */
  discardOldest(): boolean {
    return this.#recent?.discardOldest() ?? false;
  }

  /** Asks all lanes to publish what they hold back, this one apart. */
  askForDumps(): void {
    this.#dumps = Atomics.add(this.#port.control, DUMPS, 1) + 1;
  }

  #dumpAsked(): boolean {
    return Atomics.load(this.#port.control, DUMPS) !== this.#dumps;
  }

  /** Static rows always, others up to so many bytes. */
  #give(recent: RecentUnits, bytes: number): number {
    const rows = bytes > 0 ? recent.give(bytes, this.#port.dropped()) : 0;
    if (recent.giveStatic(this.#cuts.noted) || rows > 0) this.#cuts.publishCounts(recent.given);
    return rows;
  }
}
