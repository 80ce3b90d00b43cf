import type { WriterLink } from '../buffer/link.ts';
import { Memory } from '../buffer/memory.ts';
import { type Acquire, type RingOwner, TableRing } from '../buffer/ring.ts';
import { RowCounts } from '../buffer/row-counts.ts';
import type { Segment } from '../buffer/segment.ts';
import { Shapes } from '../buffer/shapes.ts';
import { COUNTERS, COUNTERS_OFFSET, LANES, MAX_TABLES, SLOTS_OFFSET, UNIT_OPEN } from '../buffer/words.ts';
import { SimtapeError } from '../errors.ts';
import type { TablePlan } from '../schema/plan.ts';
import { Overflow, type OverflowOptions, type OverflowPolicy, type OverflowPort } from './overflow.ts';
import { Pressure } from './pressure.ts';
import { Publisher, type PublisherOptions, type PublisherPort } from './publisher.ts';
import { type RequestPort, Requests } from './requests.ts';

export interface LaneOptions extends OverflowOptions, PublisherOptions {
  readonly overflow: OverflowPolicy;
  /** Rows of a table that call for a drain. */
  readonly maxRecords: number;
  /** Share of the memory limit above which the writer is woken at once, and the caller is warned. */
  readonly warnAbove: number;
}

/** Rows of each table whose keys are checked against the schema before the check is left out. */
const PROBATION = 64;

/**
 * One producing thread's rings and the cuts that it publishes over them. A unit is what enters a commit whole: its
 * end is noted for all rings at once, and a cut never holds more than noted counts.
 */
export class Lane implements RingOwner, OverflowPort, RequestPort {
  /** Word `REQUEST` is what `append` looks at after each row. */
  readonly words: Int32Array;
  readonly rings: TableRing[] = [];
  readonly link: WriterLink;
  /** Id of the open frame, 0 where none is open. */
  frameId = 0;
  /** Whether rows of other threads may go into the same tables. */
  hasOthers = false;
  /** Whether any row with an id was dropped, so that references must be looked at. */
  lossy = false;
  readonly overflow: Overflow;
  readonly memory: Memory;
  /** The lane's counters, some for each ring. */
  readonly counters: Float64Array;
  readonly ids: BigInt64Array;
  readonly #publisher: Publisher;
  readonly #options: LaneOptions;
  readonly #shapes: Shapes;
  readonly #probation: number[] = [];
  #unitOpen = false;
  #dropping = false;
  #closed: SimtapeError | null = null;
  #checkKeys: (ring: TableRing, row: unknown) => void = () => {};
  readonly #pressure: Pressure;
  readonly #requests: Requests;

  /** @param buffer the lane block, `LANE_BYTES` long. */
  constructor(link: WriterLink, buffer: SharedArrayBuffer, options: LaneOptions) {
    this.link = link;
    this.words = new Int32Array(buffer, 0, SLOTS_OFFSET / 4);
    this.counters = new Float64Array(buffer, COUNTERS_OFFSET, COUNTERS);
    this.ids = link.ids;
    this.memory = new Memory(link.control, this.words, options.memoryLimitBytes);
    this.#requests = new Requests(link.control, this.words);
    this.overflow = new Overflow(this, options);
    this.#options = options;
    this.#pressure = new Pressure(link.control, options.memoryLimitBytes, options.warnAbove);
    const port: PublisherPort = {
      control: link.control,
      words: this.words,
      rings: this.rings,
      dropped: () => (this.lossy ? (table, id) => this.wasDropped(table, id) : null),
      onDiscard: () => {
        this.lossy = true;
      },
    };
    this.#publisher = new Publisher(port, buffer, options);
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
    const counts = new RowCounts(this.counters, index);
    const ring = new TableRing(this, index, plan, table, counts, this.#shapes);
    this.rings.push(ring);
    this.#publisher.addRing(ring);
    this.#probation.push(PROBATION);
    ring.mark();
    return ring;
  }

  /** Gives a table further columns, known to the writer before the first row that has them. */
  changePlan(ring: TableRing, plan: TablePlan): void {
    this.link.ask({ type: 'table', table: ring.index, layout: ring.layoutNumber + 1, plan });
    ring.relayout(plan);
  }

  /** @param warn told once each time that the buffers fill beyond the threshold */
  onPressure(warn: (message: string) => void): void {
    if (!this.#publisher.discards) this.#pressure.warn = warn;
  }

  onFirstRows(check: (ring: TableRing, row: unknown) => void): void {
    this.#checkKeys = check;
  }

  get unitOpen(): boolean {
    return this.#unitOpen;
  }

  /** Opens a unit; rows belong to it until `endUnit`. */
  beginUnit(): void {
    this.#publisher.note();
    this.#unitOpen = true;
    this.words[UNIT_OPEN] = 1;
  }

  /** Ends the open unit and publishes it. @returns false where it was dropped */
  endUnit(): boolean {
    const dropped = this.#dropping;
    this.#unitOpen = false;
    this.words[UNIT_OPEN] = 0;
    if (dropped) {
      this.#dropping = false;
      for (const ring of this.rings) ring.interrupt();
    }
    this.overflow.unitEnded();
    this.publish();
    return !dropped;
  }

  /** Publishes all units that have ended. */
  publish(): void {
    if (!this.#unitOpen) this.#publisher.note();
    this.#publisher.publish();
  }

  /** Publishes also what the policy holds back. @returns rows that were held back */
  publishAll(): number {
    if (!this.#unitOpen) this.#publisher.note();
    return this.#publisher.publishAll();
  }

  /** Publishes what the policy holds back; other lanes do so at the end of their unit, or when their timer comes. */
  dump(): number {
    this.#publisher.askForDumps();
    return this.publishAll();
  }

  /** Whether units wait for a dump, and a flush does not write them. */
  get holdsBack(): boolean {
    return this.#publisher.holdsBack;
  }

  /** What `append` calls where something is asked of the lane. @throws where it is to record no more */
  attend(): void {
    this.#requests.attend(this);
  }

  wake(): void {
    this.link.wake();
  }

  /** Counts another lane, whose rows may refer to this one's: from now on each unit is published at its end. */
  addLane(): void {
    Atomics.add(this.link.control, LANES, 1);
    this.hasOthers = true;
    this.#requests.publishEach();
    this.publish();
  }

  /** This lane is one of those that were attached. */
  join(): void {
    this.hasOthers = true;
    this.#requests.join();
  }

  /** From now on every row is refused with this error. */
  shut(error: SimtapeError): SimtapeError {
    this.#closed = error;
    for (const ring of this.rings) {
      ring.giveBackIds();
      ring.interrupt();
    }
    return error;
  }

  refuseIfClosed(): void {
    if (this.#closed !== null) throw this.#closed;
  }

  /** Whether a row with this id was dropped. */
  wasDropped(table: number, id: number): boolean {
    return this.rings[table]!.lost.has(id);
  }

  // What rings ask of their lane.

  admit(ring: TableRing, row: unknown): boolean {
    this.refuseIfClosed();
    if (this.#dropping && !ring.plan.static) {
      ring.counts.dropped++;
      return false;
    }
    if (this.#probation[ring.index]! > 0) {
      this.#checkKeys(ring, row);
      this.#probation[ring.index]!--;
    } else if (ring.limit > 0 && ring.row < ring.layout.rows && !this.#publisher.countsUnits) {
      this.filled();
    }
    if (this.#publisher.countsUnits && !this.#unitOpen) this.publish();
    return true;
  }

  allowance(ring: TableRing): number {
    return this.#publisher.countsUnits || this.#probation[ring.index]! > 0 ? 1 : this.#options.maxRecords;
  }

  filled(): void {
    this.publish();
    // The writer comes soon by itself; under pressure it is not to wait.
    if (this.#pressure.isHigh()) this.link.wake();
    else this.link.nudge();
  }

  skip(ring: TableRing, at: number, to: number, segment: number, row: number): void {
    this.link.send({ type: 'skip', table: ring.index, at, to, segment, row });
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
    this.#publisher.publishOpen();
  }

  discardOldest(): boolean {
    return this.#publisher.discardOldest();
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
