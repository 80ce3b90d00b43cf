import type { WriterLink } from '../buffer/link.ts';
import { Memory } from '../buffer/memory.ts';
import { type Acquire, type RingOwner, TableRing } from '../buffer/ring.ts';
import type { Segment } from '../buffer/segment.ts';
import { Shapes } from '../buffer/shapes.ts';
import {
  COUNTERS,
  COUNTERS_OFFSET,
  COUNTERS_PER_TABLE,
  LANES,
  MAX_TABLES,
  REQUEST,
  REQUEST_CLOSED,
  REQUEST_EACH,
  REQUEST_FAILED,
  REQUEST_NONE,
  REQUEST_PUBLISH,
  REQUEST_STOP,
  SLOTS_OFFSET,
  UNIT_OPEN,
} from '../buffer/words.ts';
import { SimtapeError } from '../errors.ts';
import type { TablePlan } from '../schema/plan.ts';
import { Cuts } from './cuts.ts';
import { Overflow, type OverflowOptions, type OverflowPort } from './overflow.ts';

export interface LaneOptions extends OverflowOptions {
  /** Rows of a table that call for a drain. */
  readonly maxRecords: number;
  /** Whether other threads see this processor's stores in their order, as on x86 (Intel SDM volume 3, 8.2.2). */
  readonly orderedStores: boolean;
}

/** Rows of each table whose keys are checked against the schema before the check is left out. */
const PROBATION = 64;

/**
 * One producing thread's rings and the cuts that it publishes over them. A unit is what enters a commit whole: its
 * end is noted for all rings at once, and a cut never holds more than noted counts.
 */
export class Lane implements RingOwner, OverflowPort {
  /** Word `REQUEST` is what `append` looks at after each row. */
  readonly words: Int32Array;
  readonly rings: TableRing[] = [];
  readonly link: WriterLink;
  /** Id of the open frame, 0 where none is open. */
  frameId = 0;
  /** Whether any row with an id was dropped, so that references must be looked at. */
  lossy = false;
  readonly overflow: Overflow;
  readonly memory: Memory;
  /** The lane's counters, `COUNTERS_PER_TABLE` for each ring. */
  readonly counters: Float64Array;
  readonly #cuts: Cuts;
  readonly #options: LaneOptions;
  readonly #shapes: Shapes;
  readonly #probation: number[] = [];
  #unitOpen = false;
  #dropping = false;
  #joined = false;
  #closed: SimtapeError | null = null;
  #checkKeys: (ring: TableRing, row: unknown) => void = () => {};

  /** @param buffer the lane block, `LANE_BYTES` long. */
  constructor(link: WriterLink, buffer: SharedArrayBuffer, options: LaneOptions) {
    this.link = link;
    this.words = new Int32Array(buffer, 0, SLOTS_OFFSET / 4);
    this.counters = new Float64Array(buffer, COUNTERS_OFFSET, COUNTERS);
    this.memory = new Memory(link.control, this.words, options.memoryLimitBytes);
    this.#cuts = new Cuts(link.control, buffer, this.rings, options.orderedStores);
    this.overflow = new Overflow(this, options);
    this.#options = options;
    this.#shapes = new Shapes(({ number, keys }) => link.send({ type: 'shape', number, keys }));
  }

  /** Adds a table; parents must have been added before. `checkKeys` sees the first rows. */
  addRing(plan: TablePlan): TableRing {
    const index = this.rings.length;
    if (index >= MAX_TABLES) {
      throw new SimtapeError('TooMany', `a recording holds at most ${MAX_TABLES} tables`, {
        what: 'tables',
        limit: MAX_TABLES,
      });
    }
    const table = this.link.ask({ type: 'table', table: index, layout: 0, plan });
    const from = index * COUNTERS_PER_TABLE;
    const counters = this.counters.subarray(from, from + COUNTERS_PER_TABLE);
    const ring = new TableRing(this, index, plan, table, counters, this.#shapes);
    this.rings.push(ring);
    this.#probation.push(PROBATION);
    ring.mark();
    return ring;
  }

  /** Gives a table further columns, known to the writer before the first row that has them. */
  changePlan(ring: TableRing, plan: TablePlan): void {
    this.link.ask({ type: 'table', table: ring.index, layout: ring.layoutNumber + 1, plan });
    ring.relayout(plan);
  }

  onFirstRows(check: (ring: TableRing, row: unknown) => void): void {
    this.#checkKeys = check;
  }

  get unitOpen(): boolean {
    return this.#unitOpen;
  }

  /** Opens a unit; rows belong to it until `endUnit`. */
  beginUnit(): void {
    this.#cuts.note();
    this.#unitOpen = true;
    this.words[UNIT_OPEN] = 1;
  }

  /** Ends the open unit and publishes it. */
  endUnit(): void {
    this.#unitOpen = false;
    this.words[UNIT_OPEN] = 0;
    if (this.#dropping) {
      this.#dropping = false;
      for (const ring of this.rings) ring.interrupt();
    }
    this.overflow.unitEnded();
    this.publish();
  }

  /** Publishes all units that have ended. */
  publish(): void {
    if (!this.#unitOpen) this.#cuts.note();
    this.#cuts.publish();
  }

  /** What `append` calls where the writer, or a stop, asks for attention. */
  attend(): void {
    if (this.words[REQUEST] === REQUEST_EACH) {
      this.publish();
      return;
    }
    // A stop waits until the open unit has ended, so that none is cut in two.
    if (this.words[REQUEST] === REQUEST_STOP) {
      if (this.#unitOpen) return;
      throw new SimtapeError('Interrupted', 'the recorder was asked to stop; what was recorded is safe', {});
    }
    if (this.words[REQUEST] === REQUEST_FAILED) {
      throw new SimtapeError('WriteFailed', 'the recording cannot be written any more; later rows are lost', {
        failed: 0,
      });
    }
    if (this.words[REQUEST] === REQUEST_CLOSED) {
      if (this.#unitOpen) return;
      throw this.shut(closed('the recorder that this lane belongs to is closed'));
    }
    this.publish();
    Atomics.compareExchange(this.words, REQUEST, REQUEST_PUBLISH, REQUEST_NONE);
    this.link.wake();
  }

  /** Counts another lane, whose rows may refer to this one's: from now on each unit is published at its end. */
  addLane(): void {
    Atomics.add(this.link.control, LANES, 1);
    this.publishEach();
    this.publish();
  }

  /** Whether rows of other threads may go into the same tables. */
  get hasOthers(): boolean {
    return this.#joined;
  }

  /** Publishes each unit at its end, since rows of other lanes may refer to it. */
  publishEach(): void {
    this.#joined = true;
    Atomics.compareExchange(this.words, REQUEST, REQUEST_PUBLISH, REQUEST_NONE);
    Atomics.compareExchange(this.words, REQUEST, REQUEST_NONE, REQUEST_EACH);
  }

  /** From now on every row is refused with this error. */
  shut(error: SimtapeError): SimtapeError {
    this.#closed = error;
    for (const ring of this.rings) {
      ring.returnIds();
      ring.interrupt();
    }
    return error;
  }

  refuseIfClosed(): void {
    if (this.#closed !== null) throw this.#closed;
  }

  /** Whether a row with this id was dropped. */
  wasDropped(table: number, id: number): boolean {
    const lost = this.rings[table]!.lost;
    for (let i = lost.length - 2; i >= 0; i -= 2) {
      if (id >= lost[i]!) return id < lost[i + 1]!;
    }
    return false;
  }

  // What rings ask of their lane.

  admit(ring: TableRing, row: unknown): boolean {
    this.refuseIfClosed();
    if (this.#dropping && !ring.plan.static) {
      ring.dropped++;
      return false;
    }
    if (this.#probation[ring.index]! > 0) {
      this.#checkKeys(ring, row);
      this.#probation[ring.index]!--;
    } else if (ring.limit > 0 && ring.row < ring.layout.rows) {
      this.filled();
    }
    return true;
  }

  allowance(ring: TableRing): number {
    return this.#probation[ring.index]! > 0 ? 1 : this.#options.maxRecords;
  }

  filled(): void {
    this.publish();
    this.link.nudge();
  }

  takeIds(table: number, count: number): number {
    return Number(Atomics.add(this.link.ids, table, BigInt(count)));
  }

  returnIds(table: number, from: number, end: number): void {
    Atomics.compareExchange(this.link.ids, table, BigInt(end), BigInt(from));
  }

  announce(ring: TableRing, segment: Segment, layout: number): void {
    this.link.send({
      type: 'segment',
      table: ring.index,
      index: segment.index,
      layout,
      buffer: segment.buffer,
    });
  }

  forget(ring: TableRing, index: number): void {
    this.link.send({ type: 'forget', table: ring.index, index });
  }

  makeRoom(ring: TableRing, bytes: number, acquire: Acquire): Segment | null {
    return this.overflow.makeRoom(ring, bytes, acquire);
  }

  // What the overflow policies ask.

  publishOpen(): void {
    this.#cuts.publishOpen();
  }

  dropUnit(): void {
    this.lossy = true;
    if (!this.#unitOpen) return;
    this.#dropping = true;
    for (const ring of this.rings) {
      if (!ring.plan.static) ring.dropUnit();
      ring.interrupt();
    }
  }
}

/** The error of a recorder, or a lane of it, that takes nothing any more. */
export function closed(what: string): SimtapeError<'RecorderClosed'> {
  return new SimtapeError('RecorderClosed', `${what}: create another one`, {});
}
