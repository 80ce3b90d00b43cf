import type { WriterLink } from '../buffer/link.ts';
import type { TableRing } from '../buffer/ring.ts';
import { CONSUMED, CUT_SEQUENCE, SPACE } from '../buffer/words.ts';
import { SimtapeError } from '../errors.ts';

/** What happens when the buffers are full. */
export type OverflowPolicy = 'block' | 'drop-newest' | 'error';

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
  readonly rings: readonly TableRing[];
  readonly unitOpen: boolean;
  /** Publishes what has ended and wakes the writer. */
  filled(): void;
  /** Gives the writer the rows of the open unit. */
  publishOpen(): void;
  /** Drops the open unit. */
  dropUnit(): void;
}

/** Finds room for a row where there is none, as the policy says. */
export class Overflow {
  /** Milliseconds that the simulation waited. */
  stallMs = 0;
  readonly #lane: OverflowPort;
  readonly #options: OverflowOptions;

  constructor(lane: OverflowPort, options: OverflowOptions) {
    this.#lane = lane;
    this.#options = options;
  }

  /**
   * @param acquire tries to get a segment of `bytes`
   * @returns the segment, or null where the row is dropped
   */
  makeRoom<T>(ring: TableRing, bytes: number, acquire: () => T | null): T | null {
    const { overflow, memoryLimitBytes: limit } = this.#options;
    const table = ring.plan.name;
    if (bytes > limit) {
      throw new SimtapeError(
        'RowTooLarge',
        `a row of ${table} needs ${bytes} bytes, more than the memory limit of ${limit}: raise memoryLimitMb`,
        { table, bytes, limit },
      );
    }
    this.#lane.filled();
    const found = this.#try(acquire);
    if (found !== null || overflow === 'block' || ring.plan.static) return found ?? this.#wait(ring, acquire);
    if (overflow === 'error') {
      ring.rejected++;
      throw new SimtapeError('BufferFull', `the buffers are full, so a row of ${table} was refused`, {
        table,
      });
    }
    ring.dropped++;
    this.#lane.dropUnit();
    return null;
  }

  /** Free segments of other tables are memory too. */
  #try<T>(acquire: () => T | null): T | null {
    for (const ring of this.#lane.rings) ring.reclaim();
    return acquire();
  }

  #wait<T>(ring: TableRing, acquire: () => T | null): T {
    const { link, words } = this.#lane;
    const start = performance.now();
    for (;;) {
      const seen = Atomics.load(link.control, SPACE);
      const consumed = Atomics.load(words, CONSUMED) === Atomics.load(words, CUT_SEQUENCE);
      const found = this.#try(acquire);
      const waited = performance.now() - start;
      const late = waited >= this.#options.maxWaitMs;
      if (found !== null || late) this.stallMs += waited;
      if (found !== null) return found;
      if (late) throw this.#backpressure(ring, waited);
      // All that has ended is written, and still there is no room: the open unit is larger than the memory, so
      // the writer takes it in parts, in a commit that stays open until the unit ends.
      if (consumed && this.#lane.unitOpen) this.#lane.publishOpen();
      link.wake();
      link.waitForSpace(seen, Math.min(50, this.#options.maxWaitMs - waited));
    }
  }

  #backpressure(ring: TableRing, waitedMs: number): SimtapeError<'Backpressure'> {
    ring.rejected++;
    const table = ring.plan.name;
    return new SimtapeError(
      'Backpressure',
      `the writer made no room for a row of ${table} in ${Math.round(waitedMs)} ms: record less often, raise ` +
        'memoryLimitMb or maxWaitMs, or choose the overflow policy drop-newest',
      { table, waitedMs },
    );
  }
}
