import type { TablePlan } from '../schema/plan.ts';
import type { SegmentLayout } from './layout.ts';
import type { Memory } from './memory.ts';
import { openSegment, type Segment, segmentBytes } from './segment.ts';
import { SEGMENT_FREE, SEGMENT_GONE, SEGMENT_IN_USE, SEGMENT_NEXT, SEGMENT_STATE } from './words.ts';

/** A segment of a ring. */
export interface Kept extends Segment {
  readonly form: Form;
  readonly bytes: number;
}

/** What the rows of a segment look like. */
export interface Form {
  /** 0 for the first that the table had. */
  readonly number: number;
  readonly plan: TablePlan;
  readonly layout: SegmentLayout;
}

/** Who is told of the segments that there are. */
export interface PoolListener {
  announce(segment: Kept): void;
  forget(index: number): void;
}

/** Segments that a ring may have whatever the memory limit says: one being written, one being read. */
export const ALWAYS_ALLOWED = 2;

/** The segments of one ring: new ones within the memory limit, and used ones that the writer has freed. */
export class SegmentPool {
  readonly #memory: Memory;
  readonly #listener: PoolListener;
  readonly #segments: (Kept | null)[] = [];
  /** Segments that there are. */
  #count = 0;
  /** Bytes that this ring was promised and has not got. */
  #promised = 0;

  constructor(memory: Memory, listener: PoolListener) {
    this.#memory = memory;
    this.#listener = listener;
  }

  /** A freed segment of this form with at least so many bytes, other than `current`. Those that are no use go. */
  recycle(form: Form, bytes: number, current: Kept): Kept | null {
    for (const segment of this.#segments) {
      if (segment === null || segment === current || !isFree(segment)) continue;
      if (segment.form !== form || segment.bytes > 4 * bytes) this.#drop(segment, form);
      else if (segment.bytes < bytes) continue;
      else if (become(segment, SEGMENT_IN_USE)) return segment;
      else this.#forget(segment, form);
    }
    return null;
  }

  /**
   * A new segment, unless that would break the memory limit.
   * @param force whether to break it for a ring that has fewer than it cannot do without
   */
  allocate(form: Form, arenaBytes: number, force: boolean): Kept | null {
    const bytes = segmentBytes(form.layout, arenaBytes);
    const ordinary = arenaBytes <= form.layout.arenaBytes;
    const forced = force && ordinary && this.#count < ALWAYS_ALLOWED;
    if (!this.#memory.take(bytes, this.#promised, forced)) return null;
    const free = this.#segments.indexOf(null);
    const index = free < 0 ? this.#segments.length : free;
    const segment = { ...openSegment(index, new SharedArrayBuffer(bytes)), form, bytes };
    this.#segments[index] = segment;
    this.#count++;
    this.#promise(form);
    this.#listener.announce(segment);
    return segment;
  }

  /** The segment that follows another one in the chain. */
  after(segment: Kept): Kept {
    return this.#segments[segment.views.I32[SEGMENT_NEXT]!]!;
  }

  /** A segment holds rows from now on. */
  use(segment: Kept): void {
    this.#memory.enter(segment.bytes);
    Atomics.store(segment.views.I32, SEGMENT_STATE, SEGMENT_IN_USE);
  }

  /** A segment holds no rows any more, and may be used again. */
  free(segment: Kept): void {
    this.#memory.leave(segment.bytes);
    Atomics.store(segment.views.I32, SEGMENT_STATE, SEGMENT_FREE);
  }

  /** Gives back the memory of segments that hold nothing, and keeps what segments of this form need. */
  reclaim(form: Form, current: Kept): void {
    for (const segment of this.#segments) {
      if (segment !== null && segment !== current && isFree(segment)) this.#drop(segment, form);
    }
    this.#promise(form);
  }

  #drop(segment: Kept, form: Form): void {
    // The writer may be faster in giving it back.
    if (become(segment, SEGMENT_GONE)) {
      this.#memory.giveBack(segment.bytes);
      this.#listener.forget(segment.index);
    }
    this.#forget(segment, form);
  }

  #forget(segment: Kept, form: Form): void {
    this.#segments[segment.index] = null;
    this.#count--;
    this.#promise(form);
  }

  /** Sees to it that there is memory for the segments that this ring cannot do without. */
  #promise({ layout }: Form): void {
    const wanted = Math.max(0, ALWAYS_ALLOWED - this.#count) * segmentBytes(layout, layout.arenaBytes);
    this.#memory.promise(this.#promised, wanted);
    this.#promised = wanted;
  }
}

/** Whether a segment holds nothing, also where the writer has given its memory back. */
function isFree(segment: Segment): boolean {
  return Atomics.load(segment.views.I32, SEGMENT_STATE) !== SEGMENT_IN_USE;
}

/** Makes another state of a free segment. False where somebody else was faster. */
function become(segment: Segment, state: number): boolean {
  return Atomics.compareExchange(segment.views.I32, SEGMENT_STATE, SEGMENT_FREE, state) === SEGMENT_FREE;
}
