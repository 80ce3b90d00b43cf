import type { Slice } from '../backends/commit.ts';
import { layoutOf, type SegmentLayout } from '../buffer/layout.ts';
import { openSegment, type Segment } from '../buffer/segment.ts';
import { ALWAYS_ALLOWED } from '../buffer/segment-pool.ts';
import {
  SEGMENT_FREE,
  SEGMENT_GONE,
  SEGMENT_ID_BASE,
  SEGMENT_NEXT,
  SEGMENT_ROWS,
  SEGMENT_STATE,
} from '../buffer/words.ts';
import type { TablePlan } from '../schema/plan.ts';

/** How many bytes may still be taken. */
export interface Budget {
  bytes: number;
}

/** Rows from count `at` to count `to` are not there; the next one is at a row of a segment. */
interface Skip {
  readonly at: number;
  readonly to: number;
  readonly segment: number;
  readonly row: number;
}

interface Known extends Segment {
  readonly plan: TablePlan;
  readonly layout: SegmentLayout;
}

/** The writer's side of one table in one lane. */
export class RingReader {
  /** Number of the table in the recorder. */
  readonly number: number;
  /** Plans in the order of the ring's layouts. */
  readonly plans: TablePlan[] = [];
  readonly #jsonText: (segment: Segment, at: number) => string;
  readonly #segments: (Known | null)[] = [];
  #consumed = 0;
  #current: Known | null = null;
  #position = 0;
  #done: Known[] = [];
  readonly #skips: Skip[] = [];

  /** @param jsonText reads a JSON value of one of the ring's segments */
  constructor(number: number, jsonText: (segment: Segment, at: number) => string) {
    this.number = number;
    this.#jsonText = jsonText;
  }

  /** Rows taken so far. */
  get consumed(): number {
    return this.#consumed;
  }

  add(index: number, layout: number, buffer: SharedArrayBuffer): void {
    const plan = this.plans[layout]!;
    const known = { ...openSegment(index, buffer), plan, layout: layoutOf(plan.columns) };
    this.#segments[index] = known;
    this.#current ??= known;
  }

  forget(index: number): void {
    this.#segments[index] = null;
  }

  skip(skip: Skip): void {
    this.#skips.push(skip);
  }

  /** Rows up to `count`, until `budget` has no bytes left. They stay in memory until `release`. */
  take(count: number, budget: Budget): Slice[] {
    const slices: Slice[] = [];
    while (this.#consumed < count && budget.bytes > 0) {
      if (this.#skips[0]?.at === this.#consumed) {
        this.#jump(this.#skips.shift()!);
        continue;
      }
      const segment = this.#current!;
      const closedAt = segment.views.I32[SEGMENT_ROWS]!;
      const end = closedAt >= 0 ? closedAt : segment.layout.rows;
      const last = Math.min(count, this.#skips[0]?.at ?? count);
      const take = Math.min(end - this.#position, last - this.#consumed);
      if (take > 0) {
        slices.push({
          plan: segment.plan,
          layout: segment.layout,
          views: segment.views,
          from: this.#position,
          to: this.#position + take,
          firstId: segment.views.F64[SEGMENT_ID_BASE]! + this.#position,
          jsonText: (at) => this.#jsonText(segment, at),
        });
        this.#position += take;
        this.#consumed += take;
        budget.bytes -= (segment.buffer.byteLength * take) / segment.layout.rows;
      } else {
        this.#done.push(segment);
        this.#current = this.#segments[segment.views.I32[SEGMENT_NEXT]!]!;
        this.#position = 0;
      }
    }
    return slices;
  }

  #jump({ to, segment, row }: Skip): void {
    const next = this.#segments[segment]!;
    if (next !== this.#current) this.#done.push(this.#current!);
    this.#current = next;
    this.#position = row;
    this.#consumed = to;
  }

  /**
   * Gives back the memory of free segments beyond those that the ring was promised.
   * @param gone told the bytes of each
   */
  reclaim(gone: (bytes: number) => void): void {
    let left = this.#segments.reduce((sum, segment) => sum + (segment === null ? 0 : 1), 0);
    for (const [index, segment] of this.#segments.entries()) {
      if (left <= ALWAYS_ALLOWED) return;
      // A new one is neither free nor read yet; one that was read and is free is nobody's.
      const { I32 } = segment?.views ?? {};
      if (
        I32 === undefined ||
        Atomics.compareExchange(I32, SEGMENT_STATE, SEGMENT_FREE, SEGMENT_GONE) !== SEGMENT_FREE
      )
        continue;
      gone(segment!.buffer.byteLength);
      this.#segments[index] = null;
      left--;
    }
  }

  /** Hands segments that were read to the end back to the producer, and tells `freed` the bytes of each. */
  release(freed: (bytes: number) => void): void {
    for (const segment of this.#done) {
      freed(segment.buffer.byteLength);
      Atomics.store(segment.views.I32, SEGMENT_STATE, SEGMENT_FREE);
    }
    this.#done = [];
  }
}
