import type { WriterLink } from '../buffer/link.ts';
import { Patience } from '../buffer/patience.ts';
import type { Acquire, TableRing } from '../buffer/ring.ts';
import type { Segment } from '../buffer/segment.ts';
import { CONSUMED, COUNT_STALL_MS, CUT, MEMORY_KB, SPACE } from '../buffer/words.ts';
import { SimtapeError } from '../errors.ts';

/** What happens when the buffers are full. */
export type OverflowPolicy = 'block' | 'drop-newest' | 'drop-oldest' | 'error';

export interface OverflowOptions {
  readonly overflow: OverflowPolicy;
  /** How long `block` waits for the writer, in milliseconds. */
  readonly maxWaitMs: number;
  readonly memoryLimitBytes: number;
}

/** What the policies need of the lane. */
export interface OverflowPort {
  readonly link: WriterLink;
  readonly words: Int32Array;
  readonly counters: Float64Array;
  readonly rings: readonly TableRing[];
  readonly unitOpen: boolean;
  /** Whether other lanes may have memory that comes free. */
  readonly hasOthers: boolean;
  /** Publishes what has ended and wakes the writer. */
  filled(): void;
  /** Gives the writer the rows of the open unit. */
  publishOpen(): void;
  /** Drops the open unit. */
  dropUnit(): void;
  /** Discards the oldest unit that the writer has not been given. False where there is none. */
  discardOldest(): boolean;
}

/** Finds room for a row where there is none, as the policy says. */
export class Overflow {
  readonly #lane: OverflowPort;
  readonly #options: OverflowOptions;
  #inParts = false;

  constructor(lane: OverflowPort, options: OverflowOptions) {
    this.#lane = lane;
    this.#options = options;
  }

  /**
   * @param acquire tries to get a segment of `bytes`
   * @returns the segment, or null where the row is dropped
   */
  makeRoom(ring: TableRing, bytes: number, acquire: Acquire): Segment | null {
    const { overflow, memoryLimitBytes: limit } = this.#options;
    // A table may have ordinary segments whatever the limit says, or it could never go on.
    if (bytes > limit && bytes > ring.segmentBytes) throw this.#tooLarge(ring, bytes);
    this.#lane.filled();
    // Asked before memory is: what the writer frees in between must not look as if there was nothing to free.
    const consumed = this.#allConsumed();
    const found = this.#try(ring, acquire);
    if (found !== null) return found;
    if (overflow === 'drop-oldest') return this.#discard(ring, bytes, acquire);
    // Nothing is on its way to the writer, so nothing will make room, unless another lane has what is.
    if (!this.#lane.unitOpen && consumed && !this.#lane.hasOthers)
      throw this.#tooLarge(ring, bytes + this.#allocated());
    // A unit that the writer was given in parts cannot be dropped any more.
    if (overflow === 'block' || ring.plan.static || this.#inParts) return this.#wait(ring, bytes, acquire);
    if (overflow === 'error') {
      ring.counts.rejected++;
      throw new SimtapeError(
        'BufferFull',
        `the buffers are full, so a row of ${ring.plan.name} was refused`,
        {
          table: ring.plan.name,
        },
      );
    }
    ring.counts.dropped++;
    this.#lane.dropUnit();
    return null;
  }

  /** Makes room by discarding old units; where that is not enough, drops the open one. */
  #discard(ring: TableRing, bytes: number, acquire: Acquire): Segment | null {
    while (this.#lane.discardOldest()) {
      const found = this.#try(ring, acquire);
      if (found !== null) return found;
    }
    if (ring.plan.static) return this.#wait(ring, bytes, acquire);
    ring.counts.dropped++;
    this.#lane.dropUnit();
    return null;
  }

  /** A unit has ended, however it came to the writer. */
  unitEnded(): void {
    this.#inParts = false;
  }

  /** Free segments of other tables are memory too; this table's own are used first, as they are. */
  #try(ring: TableRing, acquire: Acquire): Segment | null {
    const found = acquire(false);
    if (found !== null) return found;
    for (const other of this.#lane.rings) if (other !== ring) other.reclaim();
    // Where the writer has nothing left to free, a table gets the segment that it cannot do without.
    return acquire(this.#allConsumed());
  }

  #allConsumed(): boolean {
    const { words } = this.#lane;
    return Atomics.load(words, CONSUMED) === Atomics.load(words, CUT);
  }

  #wait(ring: TableRing, bytes: number, acquire: Acquire): Segment {
    const { link } = this.#lane;
    let given = -1;
    const start = performance.now();
    const patience = new Patience();
    for (;;) {
      const seen = Atomics.load(link.control, SPACE);
      const consumed = this.#allConsumed();
      const found = this.#try(ring, acquire);
      const waited = performance.now() - start;
      const left = this.#options.maxWaitMs - patience.spentMs;
      const late = left <= 0;
      if (found !== null || late) this.#lane.counters[COUNT_STALL_MS]! += waited;
      if (found !== null) return found;
      if (late) throw this.#backpressure(ring, waited);
      if (consumed) {
        // All that has ended is written, and still there is no room: the open unit is larger than the memory, so the
        // writer takes it in parts, in a commit that stays open until the unit ends. Where it has them all, nothing
        // can make room for this row.
        const rows = this.#lane.rings.reduce((sum, { count }) => sum + count, 0);
        const stuck = this.#options.overflow === 'drop-oldest' || !this.#lane.unitOpen || rows === given;
        // While a commit is open nothing of other lanes is written, so it is opened only for what it frees.
        const inVain = this.#lane.hasOthers && !this.#inParts && !this.#lane.rings.some(hasLeftSegments);
        if (stuck && !this.#lane.hasOthers) throw this.#tooLarge(ring, bytes + this.#allocated());
        if (!stuck && !inVain) {
          given = rows;
          this.#inParts = true;
          this.#lane.publishOpen();
        }
      }
      link.wake();
      const ms = Math.min(50, left);
      link.waitForSpace(seen, ms);
      patience.look(ms);
    }
  }

  #allocated(): number {
    return Atomics.load(this.#lane.link.control, MEMORY_KB) * 1024;
  }

  #tooLarge(ring: TableRing, bytes: number): SimtapeError<'RowTooLarge'> {
    ring.counts.rejected++;
    const limit = this.#options.memoryLimitBytes;
    const table = ring.plan.name;
    return new SimtapeError(
      'RowTooLarge',
      `a row of ${table} needs ${bytes} bytes with the buffers that must stay, more than the memory limit of ${limit}: raise memoryLimitMb`,
      { table, bytes, limit },
    );
  }

  #backpressure(ring: TableRing, waitedMs: number): SimtapeError<'Backpressure'> {
    ring.counts.rejected++;
    const table = ring.plan.name;
    return new SimtapeError(
      'Backpressure',
      `the writer made no room for a row of ${table} in ${Math.round(waitedMs)} ms: record less often, raise ` +
        'memoryLimitMb or maxWaitMs, or choose the overflow policy drop-newest',
      { table, waitedMs },
    );
  }
}

/** Whether a table's rows of the open unit have filled segments, which come free once the rows are written. */
function hasLeftSegments({ unitSegment, current }: TableRing): boolean {
  return unitSegment !== current;
}
