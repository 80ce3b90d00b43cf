import type { TableRing } from './ring.ts';
import type { Views } from './segment.ts';
import type { Form, Kept } from './segment-pool.ts';
import { SEGMENT_ID_BASE } from './words.ts';

/** A row as it stands in a segment. */
export interface RowPlace {
  readonly form: Form;
  readonly views: Views;
  readonly row: number;
}

/**
 * The oldest rows of a ring that the writer has not been given: they may be discarded without asking it. The writer
 * learns what was left out when it is given the rows after them.
 */
export class RingTail {
  readonly #ring: TableRing;
  #segment: Kept;
  #row: number;
  #count: number;
  /** Count up to which the writer was given rows, and the segment where it will be when it has read them. */
  #given: number;
  #writerIn: Kept;
  /** Whether segments were freed that the writer would come through on its way from one to the next. */
  #freed = false;

  constructor(ring: TableRing) {
    this.#ring = ring;
    this.#segment = ring.current;
    this.#row = ring.row;
    this.#count = ring.count;
    this.#given = ring.count;
    this.#writerIn = ring.current;
  }

  /** Rows up to here were given to the writer or discarded. */
  get count(): number {
    return this.#count;
  }

  /** Count of the last row that the writer was given. */
  get given(): number {
    return this.#given;
  }

  /** Discards the rows up to a count. @returns how many */
  discardTo(count: number): number {
    const ring = this.#ring;
    const rows = count - this.#count;
    this.#walk(count, false, (segment, from, to) => {
      const idBase = segment.views.F64[SEGMENT_ID_BASE]!;
      ring.lost.add(idBase + from, idBase + to);
    });
    ring.counts.dropped += rows;
    ring.counts.discarded += rows;
    return rows;
  }

  /**
   * Gives the rows up to a count to the writer, but for those that `leaveOut` names. The cut is published afterwards.
   * @returns how many
   */
  giveTo(count: number, leaveOut: ((place: RowPlace) => boolean) | null): number {
    if (leaveOut === null) return this.#give(count);
    let given = 0;
    while (this.#count < count) {
      this.#moveOn();
      const place = { form: this.#segment.form, views: this.#segment.views, row: this.#row };
      if (leaveOut(place)) this.discardTo(this.#count + 1);
      else given += this.#give(this.#count + 1);
    }
    return given;
  }

  #give(count: number): number {
    const rows = count - this.#count;
    if (rows > 0) this.#moveOn();
    if (rows > 0 && (this.#freed || this.#count > this.#given)) {
      // The writer frees the segment that it leaves; those in between are free already.
      this.#ring.owner.skip(this.#ring, this.#given, this.#count, this.#segment.index, this.#row);
      this.#writerIn = this.#segment;
      this.#freed = false;
    }
    this.#walk(count, true, (segment) => {
      this.#writerIn = segment;
    });
    if (rows > 0) this.#given = this.#count;
    return rows;
  }

  /**
   * Goes on to a count; `passed` is told of the rows in each segment.
   * @param given whether the writer goes the same way
   */
  #walk(count: number, given: boolean, passed: (segment: Kept, from: number, to: number) => void): void {
    while (this.#count < count) {
      this.#moveOn(given);
      const rows = Math.min(this.#ring.rowsIn(this.#segment) - this.#row, count - this.#count);
      passed(this.#segment, this.#row, this.#row + rows);
      this.#row += rows;
      this.#count += rows;
    }
    this.#moveOn();
  }

  /**
   * Leaves segments that end here; those that the writer is not in hold only rows that were discarded, or none. Not the
   * one in which the open unit begins: its rows may be taken back to there.
   * @param given whether the writer comes through them, and frees them
   */
  #moveOn(given = false): void {
    const ring = this.#ring;
    while (
      this.#segment !== ring.current &&
      this.#segment !== ring.unitSegment &&
      this.#row === ring.rowsIn(this.#segment)
    ) {
      const left = this.#segment;
      this.#segment = ring.after(left);
      this.#row = 0;
      if (given || left === this.#writerIn) continue;
      ring.free(left);
      this.#freed = true;
    }
  }
}
