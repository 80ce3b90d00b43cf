import type { TablePlan } from '../schema/plan.ts';
import { Arena } from './arena.ts';
import { IdBlock } from './id-block.ts';
import { IdRanges } from './id-ranges.ts';
import { layoutOf, type SegmentLayout } from './layout.ts';
import type { LaneAnswer } from './link.ts';
import type { Memory } from './memory.ts';
import type { RowCounts } from './row-counts.ts';
import { resetSegment, type Segment, segmentBytes, type Views } from './segment.ts';
import { type Form, type Kept, SegmentPool } from './segment-pool.ts';
import type { Shapes } from './shapes.ts';
import { SEGMENT_ID_BASE, SEGMENT_IN_USE, SEGMENT_NEXT, SEGMENT_ROWS, SEGMENT_STATE } from './words.ts';

/** What a ring asks of the lane that it belongs to. */
export interface RingOwner {
  /** Called where a row meets `limit`. Whether the row may be taken; throws where it must not be. */
  admit(ring: TableRing, row: unknown): boolean;
  /** Rows that may be appended before `admit` is asked again. */
  allowance(ring: TableRing): number;
  readonly memory: Memory;
  /** The id block of the recorder. */
  readonly ids: BigInt64Array;
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

/** A place in a ring to which its rows can be taken back. */
export interface Savepoint {
  readonly segment: Kept;
  readonly row: number;
  readonly used: number;
  readonly count: number;
}

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
  /** Rows that were taken and then dropped with their unit. */
  readonly lost: IdRanges = new IdRanges();
  readonly counts: RowCounts;
  readonly #ids: IdBlock;
  readonly #pool: SegmentPool;
  #form: Form;
  #current!: Kept;
  #rowsBefore = 0;
  #mustAdvance = true;
  readonly #unit: { -readonly [K in keyof Savepoint]: Savepoint[K] };

  /**
   * @param table what the writer says of it
   */
  constructor(
    owner: RingOwner,
    index: number,
    plan: TablePlan,
    table: LaneAnswer,
    counts: RowCounts,
    shapes: Shapes,
  ) {
    this.owner = owner;
    this.index = index;
    this.counts = counts;
    this.plan = plan;
    this.layout = layoutOf(plan.columns);
    this.arena = new Arena(shapes);
    this.#form = { number: 0, plan, layout: this.layout };
    this.#ids = new IdBlock(owner.ids, plan.name, table);
    this.#pool = new SegmentPool(owner.memory, {
      announce: (segment) => owner.announce(this, segment, segment.form.number),
      forget: (segment) => owner.forget(this, segment),
    });
    this.#enter(
      this.#pool.allocate(this.#form, this.layout.arenaBytes, true)!,
      this.#ids.take(this.layout.rows),
    );
    this.#unit = this.savepoint();
  }

  /** How often the columns have changed. */
  get layoutNumber(): number {
    return this.#form.number;
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
    this.#form = { number: this.#form.number + 1, plan, layout: this.layout };
    this.#leave();
    this.reclaim();
    this.interrupt();
  }

  /** Remembers where a unit begins. */
  mark(): void {
    const unit = this.#unit;
    unit.segment = this.#current;
    unit.row = this.row;
    unit.used = this.arena.used;
    unit.count = this.count;
  }

  savepoint(): Savepoint {
    return { segment: this.#current, row: this.row, used: this.arena.used, count: this.count };
  }

  /** Takes back the rows since `mark` and counts them as dropped. */
  dropUnit(): void {
    this.counts.dropped += this.#rollback(this.#unit);
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
    this.#current.views.I32[SEGMENT_ROWS] = this.row;
    let left = unit.segment;
    let from = unit.row;
    for (;;) {
      const { I32, F64 } = left.views;
      this.lost.add(F64[SEGMENT_ID_BASE]! + from, F64[SEGMENT_ID_BASE]! + I32[SEGMENT_ROWS]!);
      if (left === this.#current) break;
      left = this.#pool.after(left);
      from = 0;
      this.#pool.free(left);
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

  /** The segment that rows go into. */
  get current(): Kept {
    return this.#current;
  }

  /** The segment in which the open unit begins. */
  get unitSegment(): Kept {
    return this.#unit.segment;
  }

  /** Rows in a segment so far. */
  rowsIn(segment: Kept): number {
    return segment === this.#current ? this.row : segment.views.I32[SEGMENT_ROWS]!;
  }

  /** The segment that follows one that is not the current one. */
  after(segment: Kept): Kept {
    return this.#pool.after(segment);
  }

  /** A segment holds no rows any more, and may be used again. */
  free(segment: Kept): void {
    this.#pool.free(segment);
  }

  /** The current segment takes no further rows: the next one goes into another. */
  #leave(): void {
    if (this.#mustAdvance) return;
    this.giveBackIds();
    this.#mustAdvance = true;
  }

  /** Gives back ids that no row will have. */
  giveBackIds(): void {
    if (!this.#mustAdvance) this.#ids.giveBack(this.idBase + this.row);
  }

  /** Gives back the memory of segments that hold nothing. */
  reclaim(): void {
    this.#pool.reclaim(this.#form, this.#current);
  }

  #advance(arenaBytes: number): boolean {
    this.#leave();
    const bytes = segmentBytes(this.layout, arenaBytes);
    const acquire = (force: boolean) =>
      this.#pool.recycle(this.#form, bytes, this.#current) ??
      this.#pool.allocate(this.#form, arenaBytes, force);
    const firstId = this.#ids.take(this.layout.rows);
    let segment: Kept | null = null;
    try {
      segment = acquire(false) ?? (this.owner.makeRoom(this, bytes, acquire) as Kept | null);
    } finally {
      if (segment === null) this.#ids.giveBack(firstId);
    }
    if (segment !== null) this.#enter(segment, firstId);
    return segment !== null;
  }

  #enter(segment: Kept, firstId: number): void {
    const current: Kept | undefined = this.#current;
    this.#pool.use(segment);
    resetSegment(segment, firstId);
    if (current !== undefined) {
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
}
