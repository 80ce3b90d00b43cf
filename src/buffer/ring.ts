import { SimtapeError } from '../errors.ts';
import type { TablePlan } from '../schema/plan.ts';
import { Arena } from './arena.ts';
import { layoutOf, type SegmentLayout } from './layout.ts';
import type { LaneAnswer } from './link.ts';
import type { Memory } from './memory.ts';
import { openSegment, resetSegment, type Segment, segmentBytes, type Views } from './segment.ts';
import type { Shapes } from './shapes.ts';
import {
  COUNT_COMPLETIONS,
  COUNT_DISCARDED,
  COUNT_DROPPED,
  COUNT_REJECTED,
  SEGMENT_FREE,
  SEGMENT_ID_BASE,
  SEGMENT_IN_USE,
  SEGMENT_NEXT,
  SEGMENT_ROWS,
  SEGMENT_STATE,
} from './words.ts';

/** What a ring asks of the lane that it belongs to. */
export interface RingOwner {
  /** Called where a row meets `limit`. Whether the row may be taken; throws where it must not be. */
  admit(ring: TableRing, row: unknown): boolean;
  /** Rows that may be appended before `admit` is asked again. */
  allowance(ring: TableRing): number;
  readonly memory: Memory;
  /** Takes `count` ids that no other row of the table has, in whatever lane. @returns the first */
  takeIds(table: number, count: number): number;
  /** Gives back ids from `from` on that were taken up to `end`, where nobody has taken later ones. */
  returnIds(table: number, from: number, end: number): void;
  announce(ring: TableRing, segment: Segment, layout: number): void;
  forget(ring: TableRing, index: number): void;
  /** Tells the writer that it will not get the rows from count `at` to count `to`, which is at a row of a segment. */
  skip(ring: TableRing, at: number, to: number, segment: number, row: number): void;
  /** Called where a ring is full and there is no memory: waits, drops or throws, by policy. */
  makeRoom(ring: TableRing, bytes: number, acquire: Acquire): Segment | null;
  /** A segment is full: a good time to publish. */
  filled(): void;
}

/** Tries to get a segment; with `force` beyond the memory limit, where a table has fewer than it cannot do without. */
export type Acquire = (force: boolean) => Segment | null;

/** A segment of a ring. */
export interface Kept extends Segment {
  readonly layout: number;
  readonly bytes: number;
}

/** A place in a ring to which its rows can be taken back. */
export interface Savepoint {
  readonly segment: Kept;
  readonly row: number;
  readonly used: number;
  readonly count: number;
}

/** Segments that a ring may have whatever the memory limit says: one being written, one being read. */
const ALWAYS_ALLOWED = 2;

/**
 * The producer's side of one table in one lane: a chain of fixed-length segments, filled one after another and
 * recycled when the writer has freed them. The generated `append` reads and advances the public fields.
 */
export class TableRing {
  readonly index: number;
  readonly owner: RingOwner;
  readonly arena: Arena;
  plan: TablePlan;
  layout: SegmentLayout;
  /** Views of the current segment, the row in it that comes next, and the row at which to ask for more. */
  views!: Views;
  row = 0;
  limit = 0;
  /** Id of row 0 of the current segment. */
  idBase = 0;
  /** Rows that the writer was given before their unit ended; they cannot be taken back. */
  given = 0;
  /** Of a table with a key: counts after the rows that completed an earlier one, and are no rows of their own. */
  readonly completions: number[] = [];
  /** Those of them that the writer is done with, and that are in `completions` no more. */
  readonly settledCompletions: { written: number; failed: number } = { written: 0, failed: 0 };
  /** Id ranges [from, to) of rows that were taken and then dropped with their unit. */
  readonly lost: number[] = [];
  /** The counters of this table in this lane. */
  readonly counters: Float64Array;
  readonly #table: LaneAnswer;
  readonly #segments: (Kept | null)[] = [];
  /** Segments that there are, freed ones not counted. */
  #count = 0;
  readonly #layouts: { readonly plan: TablePlan; readonly layout: SegmentLayout }[];
  #current: Kept | null = null;
  #rowsBefore = 0;
  #mustAdvance = true;
  /** Ids that were taken for the current segment and not used, from the first to the end. */
  #nextId = 0;
  #idEnd = 0;
  /** Bytes of the segment that this table was promised and has not got. */
  #promised = 0;
  readonly #unit: { -readonly [K in keyof Savepoint]: Savepoint[K] };

  /**
   * @param table what the writer says of it
   * @param counters the lane's counters for it
   */
  constructor(
    owner: RingOwner,
    index: number,
    plan: TablePlan,
    table: LaneAnswer,
    counters: Float64Array,
    shapes: Shapes,
  ) {
    this.owner = owner;
    this.index = index;
    this.#table = table;
    this.counters = counters;
    this.plan = plan;
    this.layout = layoutOf(plan.columns);
    this.#layouts = [{ plan, layout: this.layout }];
    this.arena = new Arena(shapes);
    this.#enter(this.#allocate(this.layout.arenaBytes, true)!, this.#takeIds());
    this.#unit = this.savepoint();
  }

  /** Rows that the overflow policy dropped. */
  get dropped(): number {
    return this.counters[COUNT_DROPPED]!;
  }

  set dropped(rows: number) {
    this.counters[COUNT_DROPPED] = rows;
  }

  /** Rows of those that were counted first: the oldest ones, which made room for newer ones. */
  get discarded(): number {
    return this.counters[COUNT_DISCARDED]!;
  }

  set discarded(rows: number) {
    this.counters[COUNT_DISCARDED] = rows;
  }

  /** Rows refused for what they hold. */
  get rejected(): number {
    return this.counters[COUNT_REJECTED]!;
  }

  set rejected(rows: number) {
    this.counters[COUNT_REJECTED] = rows;
  }

  /** Notes that the newest row completes an earlier one. */
  completed(): void {
    this.completions.push(this.count);
    this.counters[COUNT_COMPLETIONS]!++;
  }

  /** How often the columns have changed. */
  get layoutNumber(): number {
    return this.#layouts.length - 1;
  }

  /** Bytes of an ordinary segment. */
  get segmentBytes(): number {
    return segmentBytes(this.layout, this.layout.arenaBytes);
  }

  /** Rows appended to this ring so far. */
  get count(): number {
    return this.#rowsBefore + this.row;
  }

  /** Makes sure that a row can be written at `row`. False where the row is dropped. */
  ready(row: unknown): boolean {
    if (!this.owner.admit(this, row)) return false;
    if (this.#mustAdvance || this.row === this.layout.rows) {
      this.owner.filled();
      if (!this.#advance(this.layout.arenaBytes)) return false;
    }
    this.limit = Math.min(this.layout.rows, this.row + this.owner.allowance(this));
    return true;
  }

  /** Goes on in a segment with more room for text and bytes. False where the row is dropped. */
  roll(): boolean {
    const needed = this.arena.wanted();
    this.owner.filled();
    return this.#advance(Math.max(this.layout.arenaBytes, needed));
  }

  /** Asks `admit` before the next row. */
  interrupt(): void {
    this.limit = this.row;
  }

  /** Changes to other columns from the next row on. The writer knows the plan already. */
  relayout(plan: TablePlan): void {
    this.plan = plan;
    this.layout = layoutOf(plan.columns);
    this.#layouts.push({ plan, layout: this.layout });
    this.#leave();
    this.reclaim();
    this.#promise();
    this.interrupt();
  }

  /** Remembers where a unit begins. */
  mark(): void {
    const unit = this.#unit;
    unit.segment = this.#current!;
    unit.row = this.row;
    unit.used = this.arena.used;
    unit.count = this.count;
  }

  savepoint(): Savepoint {
    return { segment: this.#current!, row: this.row, used: this.arena.used, count: this.count };
  }

  /** Takes back the rows since `mark` and counts them as dropped. */
  dropUnit(): void {
    this.dropped += this.#rollback(this.#unit);
  }

  /**
   * Takes back the rows since a savepoint in the same unit, as if they had never come.
   * @returns false where the writer has them already, since the unit is larger than the memory
   */
  takeBack(savepoint: Savepoint): boolean {
    if (savepoint.count < this.given) return false;
    // A unit that is being dropped has taken its rows back already.
    if (this.count > savepoint.count) this.#rollback(savepoint);
    return true;
  }

  /** Ids of rows that are taken back are not given out again. */
  #rollback(unit: Savepoint): number {
    const count = this.count - unit.count;
    if (count === 0) return 0;
    this.#leave();
    this.#current!.views.I32[SEGMENT_ROWS] = this.row;
    let left = unit.segment;
    let from = unit.row;
    for (;;) {
      const { I32, F64 } = left.views;
      this.lose(F64[SEGMENT_ID_BASE]! + from, F64[SEGMENT_ID_BASE]! + I32[SEGMENT_ROWS]!);
      if (left === this.#current) break;
      left = this.#segments[I32[SEGMENT_NEXT]!]!;
      from = 0;
      this.free(left);
    }
    this.#current = unit.segment;
    Atomics.store(unit.segment.views.I32, SEGMENT_STATE, SEGMENT_IN_USE);
    unit.segment.views.I32[SEGMENT_ROWS] = -1;
    unit.segment.views.I32[SEGMENT_NEXT] = -1;
    this.#rowsBefore = unit.count - unit.row;
    this.row = unit.row;
    this.arena.used = unit.used;
    this.interrupt();
    return count;
  }

  /** Remembers that rows with these ids, `to` not included, are not recorded. */
  lose(from: number, to: number): void {
    if (from === to) return;
    const { lost } = this;
    let at = lost.length;
    while (at > 0 && lost[at - 2]! > from) at -= 2;
    // Units that are dropped one after another make one range.
    if (at > 0 && lost[at - 1] === from) lost[at - 1] = to;
    else if (lost[at] === to) lost[at] = from;
    else lost.splice(at, 0, from, to);
  }

  /** The segment that rows go into. */
  get current(): Kept {
    return this.#current!;
  }

  /** Rows in a segment so far. */
  rowsIn(segment: Kept): number {
    return segment === this.#current ? this.row : segment.views.I32[SEGMENT_ROWS]!;
  }

  /** The segment that follows one that is not the current one. */
  after(segment: Kept): Kept {
    return this.#segments[segment.views.I32[SEGMENT_NEXT]!]!;
  }

  /** What the rows of a segment look like. */
  layoutOf(segment: Kept): { readonly plan: TablePlan; readonly layout: SegmentLayout } {
    return this.#layouts[segment.layout]!;
  }

  /** A segment holds no rows any more, and may be used again. */
  free(segment: Kept): void {
    this.owner.memory.leave(segment.bytes);
    Atomics.store(segment.views.I32, SEGMENT_STATE, SEGMENT_FREE);
  }

  /** The current segment takes no further rows: the next one goes into another. */
  #leave(): void {
    if (this.#mustAdvance) return;
    this.#nextId = this.idBase + this.row;
    this.#mustAdvance = true;
  }

  /** Gives back the memory of segments that hold nothing. */
  reclaim(): void {
    for (const segment of this.#segments) {
      if (segment !== null && segment !== this.#current && isFree(segment)) this.#drop(segment);
    }
  }

  #advance(arenaBytes: number): boolean {
    this.#leave();
    const bytes = segmentBytes(this.layout, arenaBytes);
    const acquire = (force: boolean) => this.#recycle(bytes) ?? this.#allocate(arenaBytes, force);
    const firstId = this.#takeIds();
    const segment = acquire(false) ?? (this.owner.makeRoom(this, bytes, acquire) as Kept | null);
    if (segment === null) return false;
    this.#enter(segment, firstId);
    return true;
  }

  /** Gives back ids that no row will have. */
  returnIds(): void {
    if (!this.#mustAdvance) this.#nextId = this.idBase + this.row;
    if (this.#nextId < this.#idEnd) this.owner.returnIds(this.#table.number, this.#nextId, this.#idEnd);
    this.#idEnd = this.#nextId;
  }

  #takeIds(): number {
    this.returnIds();
    const rows = this.layout.rows;
    const first = this.owner.takeIds(this.#table.number, rows);
    if (first + rows - 1 > this.#table.ids.last) {
      this.owner.returnIds(this.#table.number, first, first + rows);
      throw new SimtapeError('IdsExhausted', `the ids of table ${this.plan.name} ran out: start a new file`, {
        table: this.plan.name,
      });
    }
    this.#nextId = first;
    this.#idEnd = first + rows;
    return first;
  }

  #recycle(bytes: number): Kept | null {
    for (const segment of this.#segments) {
      if (segment === null || !isFree(segment) || segment === this.#current) continue;
      if (segment.layout !== this.layoutNumber || segment.bytes > 4 * bytes) this.#drop(segment);
      else if (segment.bytes >= bytes) return segment;
    }
    return null;
  }

  #allocate(arenaBytes: number, force: boolean): Kept | null {
    const bytes = segmentBytes(this.layout, arenaBytes);
    const ordinary = arenaBytes <= this.layout.arenaBytes;
    const forced = force && ordinary && this.#count < ALWAYS_ALLOWED;
    if (!this.owner.memory.take(bytes, this.#promised, forced)) return null;
    const free = this.#segments.indexOf(null);
    const index = free < 0 ? this.#segments.length : free;
    const segment = {
      ...openSegment(index, new SharedArrayBuffer(bytes)),
      layout: this.layoutNumber,
      bytes,
    };
    this.#segments[index] = segment;
    this.#count++;
    this.#promise();
    this.owner.announce(this, segment, segment.layout);
    return segment;
  }

  #enter(segment: Kept, firstId: number): void {
    const current = this.#current;
    Atomics.store(segment.views.I32, SEGMENT_STATE, SEGMENT_IN_USE);
    this.owner.memory.enter(segment.bytes);
    resetSegment(segment, firstId);
    if (current !== null) {
      current.views.I32[SEGMENT_ROWS] = this.row;
      current.views.I32[SEGMENT_NEXT] = segment.index;
    }
    this.#rowsBefore += this.row;
    this.#current = segment;
    this.#mustAdvance = false;
    this.views = segment.views;
    this.idBase = firstId;
    this.row = 0;
    this.limit = 0;
    this.arena.open(segment.views.U8, segment.views.data, this.layout.arena, segment.bytes);
  }

  #drop(segment: Kept): void {
    this.#segments[segment.index] = null;
    this.#count--;
    this.owner.memory.giveBack(segment.bytes);
    this.#promise();
    this.owner.forget(this, segment.index);
  }

  /** Sees to it that there is memory for the segments that this table cannot do without. */
  #promise(): void {
    const wanted = Math.max(0, ALWAYS_ALLOWED - this.#count) * this.segmentBytes;
    this.owner.memory.promise(this.#promised, wanted);
    this.#promised = wanted;
  }
}

function isFree(segment: Segment): boolean {
  return Atomics.load(segment.views.I32, SEGMENT_STATE) === SEGMENT_FREE;
}
