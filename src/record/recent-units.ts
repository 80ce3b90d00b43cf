import type { TableRing } from '../buffer/ring.ts';
import { RingTail, type RowPlace } from '../buffer/tail.ts';
import { MAX_TABLES } from '../buffer/words.ts';

/** How much of the newest is kept. */
export interface Keep {
  /** The last so many units: frames, steps, episodes, rows outside of them. */
  readonly units?: number | undefined;
  /** Units that ended in the last so many seconds of wall-clock time. */
  readonly seconds?: number | undefined;
}

/** Of the memory limit: units that end within so much of each other may be discarded together. */
const GRAIN = 1 / 512;
/** Fields of a mark before its counts, one a table: when the unit ended, and rows until then. */
const TIME = 0;
const COUNTS = 1;

/**
 * The units that have ended and that the writer has not been given, oldest first: for the policy that discards the
 * oldest. Rows of static tables are not discarded; they go to the writer at once.
 */
export class RecentUnits {
  readonly #rings: readonly TableRing[];
  readonly #tails: RingTail[] = [];
  readonly #keep: Keep | null;
  readonly #grainBytes: number;
  readonly #onDiscard: () => void;
  /** Counts up to which the writer was given rows. */
  readonly given: Float64Array = new Float64Array(MAX_TABLES);
  /** Marks of unit ends, `#stride` fields each, in a circle. */
  #marks = new Float64Array(0);
  #stride = 0;
  #capacity = 0;
  #first = 0;
  /** Units, or groups of very small ones, that are kept. */
  #length = 0;

  /**
   * @param keep what the flight recorder keeps until it is dumped; null for a writer that takes what it can
   * @param onDiscard called when a unit was discarded
   */
  constructor(
    rings: readonly TableRing[],
    keep: Keep | null,
    memoryLimitBytes: number,
    onDiscard: () => void,
  ) {
    this.#rings = rings;
    this.#onDiscard = onDiscard;
    this.#keep = keep;
    this.#grainBytes = memoryLimitBytes * GRAIN;
  }

  addRing(ring: TableRing): void {
    this.#tails.push(new RingTail(ring));
    this.given[ring.index] = ring.count;
  }

  /** Notes that all rows so far belong to units that have ended, and discards what is no longer to be kept. */
  note(): void {
    if (!this.#isNews()) return;
    const now = performance.now();
    if (this.#mayJoin(now)) this.#length--;
    this.#push(now);
    const { units = Number.POSITIVE_INFINITY } = this.#keep ?? {};
    while (this.#length > units) this.discardOldest();
    this.expire(now);
  }

  /** Discards units that ended too long ago. */
  expire(now: number = performance.now()): void {
    const seconds = this.#keep?.seconds;
    if (seconds === undefined) return;
    while (this.#length > 0 && this.#at(0, TIME) < now - seconds * 1000) this.discardOldest();
  }

  /** Discards the oldest unit. False where there is none. */
  discardOldest(): boolean {
    if (this.#length === 0) return false;
    for (const [i, tail] of this.#tails.entries()) {
      if (this.#rings[i]!.plan.static) continue;
      const count = this.#at(0, COUNTS + i);
      if (count > tail.count) tail.discardTo(count);
    }
    this.#shift();
    this.#onDiscard();
    return true;
  }

  /**
   * Gives units to the writer, oldest first, up to about so many bytes, but at least one.
   * @param wasDropped whether the row of a table with an id was dropped; rows that refer to it are left out
   * @returns rows of tables that are not static
   */
  give(bytes: number, wasDropped: ((table: number, id: number) => boolean) | null): number {
    if (this.#length === 0) return 0;
    let rows = 0;
    let left = bytes;
    const counts = Float64Array.from(this.#tails, (tail) => tail.count);
    do {
      for (const [i, ring] of this.#rings.entries()) {
        const count = this.#at(0, COUNTS + i);
        if (ring.plan.static || count <= counts[i]!) continue;
        left -= (count - counts[i]!) * bytesOf(ring);
        counts[i] = count;
      }
      this.#shift();
    } while (this.#length > 0 && left > 0);
    for (const [i, tail] of this.#tails.entries()) {
      if (this.#rings[i]!.plan.static || counts[i]! <= tail.count) continue;
      rows += tail.giveTo(counts[i]!, wasDropped && this.#orphans(this.#rings[i]!, wasDropped));
      this.given[i] = tail.given;
    }
    return rows;
  }

  /**
   * Gives the rows of static tables.
   * @param noted rows of each table that belong to units that have ended
   * @returns whether there were any
   */
  giveStatic(noted: Float64Array): boolean {
    let any = false;
    for (const [i, ring] of this.#rings.entries()) {
      if (!ring.plan.static || noted[i] === this.given[i]) continue;
      this.given[i] = noted[i]!;
      any = true;
    }
    return any;
  }

  /** Says of a row whether it refers to one that was dropped. Null for a table whose rows cannot. */
  #orphans(
    ring: TableRing,
    wasDropped: (table: number, id: number) => boolean,
  ): ((place: RowPlace) => boolean) | null {
    const targets = new Map<string, number>();
    for (const { references } of ring.plan.columns) {
      const target = this.#rings.find(({ plan }) => plan.name === references?.table);
      if (target !== undefined && !target.plan.static) targets.set(target.plan.name, target.index);
    }
    if (targets.size === 0) return null;
    return ({ form: { plan, layout }, views, row }) =>
      plan.columns.some(({ references }, column) => {
        const target = references && targets.get(references.table);
        if (target === undefined) return false;
        const { start, valid } = layout.fields[column]!;
        if (valid >= 0 && views.U8[valid + row] === 0) return false;
        return wasDropped(target, views.F64[start + row]!);
      });
  }

  #isNews(): boolean {
    return this.#rings.some((ring, i) => {
      if (ring.plan.static) return false;
      return (
        ring.count > (this.#length === 0 ? this.#tails[i]!.count : this.#at(this.#length - 1, COUNTS + i))
      );
    });
  }

  /** Whether the newest mark may move on instead of getting another beside it. */
  #mayJoin(now: number): boolean {
    if (this.#keep?.units !== undefined || this.#length < 2) return false;
    const before = this.#length - 2;
    const seconds = this.#keep?.seconds;
    if (seconds !== undefined && now - this.#at(before, TIME) > seconds * 1000 * GRAIN) return false;
    let bytes = 0;
    for (const [i, ring] of this.#rings.entries()) {
      bytes += (ring.count - this.#at(before, COUNTS + i)) * bytesOf(ring);
    }
    return bytes < this.#grainBytes;
  }

  #at(mark: number, field: number): number {
    // A table that was added after the mark had no rows then.
    if (field >= this.#stride) return 0;
    return this.#marks[((this.#first + mark) % this.#capacity) * this.#stride + field]!;
  }

  #push(now: number): void {
    const stride = COUNTS + this.#rings.length;
    if (stride > this.#stride || this.#length === this.#capacity) this.#grow(stride);
    const at = ((this.#first + this.#length) % this.#capacity) * this.#stride;
    this.#marks[at + TIME] = now;
    for (const [i, ring] of this.#rings.entries()) this.#marks[at + COUNTS + i] = ring.count;
    this.#length++;
  }

  #shift(): void {
    this.#first = (this.#first + 1) % this.#capacity;
    this.#length--;
  }

  #grow(stride: number): void {
    const capacity = Math.max(64, this.#length === this.#capacity ? this.#capacity * 2 : this.#capacity);
    const marks = new Float64Array(capacity * stride);
    for (let mark = 0; mark < this.#length; mark++) {
      for (let field = 0; field < this.#stride; field++) marks[mark * stride + field] = this.#at(mark, field);
    }
    this.#marks = marks;
    this.#stride = stride;
    this.#capacity = capacity;
    this.#first = 0;
  }
}

/** Bytes that a row takes, as a rule. */
function bytesOf(ring: TableRing): number {
  return ring.segmentBytes / ring.layout.rows;
}
