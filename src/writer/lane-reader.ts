import type { Slice } from '../backends/commit.ts';
import { JsonReader } from '../backends/json-text.ts';
import { layoutOf, type SegmentLayout } from '../buffer/layout.ts';
import type { LaneMessage } from '../buffer/link.ts';
import { openSegment, type Segment } from '../buffer/segment.ts';
import {
  CONSUMED,
  CUT_SEQUENCE,
  REQUEST,
  REQUEST_NONE,
  REQUEST_PUBLISH,
  SEGMENT_FREE,
  SEGMENT_ID_BASE,
  SEGMENT_NEXT,
  SEGMENT_ROWS,
  SEGMENT_STATE,
  SLOT_COUNTS,
  SLOT_FIELDS,
  SLOT_OPEN,
  SLOTS_OFFSET,
} from '../buffer/words.ts';
import type { TablePlan } from '../schema/plan.ts';

/** A cut as the writer read it. */
export interface Cut {
  readonly sequence: number;
  /** Whether the newest rows belong to a unit that has not ended. */
  readonly open: boolean;
  readonly counts: Float64Array;
}

/** How many bytes may still be taken. */
interface Budget {
  bytes: number;
}

interface Known extends Segment {
  readonly plan: TablePlan;
  readonly layout: SegmentLayout;
}

/** The writer's side of one table in one lane. */
class RingReader {
  readonly plans: TablePlan[] = [];
  readonly #segments: (Known | null)[] = [];
  #consumed = 0;
  #current: Known | null = null;
  #position = 0;
  #done: Known[] = [];

  get plan(): TablePlan {
    return this.plans.at(-1)!;
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

  /** Rows up to `count`, until `budget` has no bytes left. They stay in memory until `release`. */
  take(count: number, budget: Budget, jsonText: (segment: Segment) => (at: number) => string): Slice[] {
    const slices: Slice[] = [];
    while (this.#consumed < count && budget.bytes > 0) {
      const segment = this.#current!;
      const closedAt = segment.views.I32[SEGMENT_ROWS]!;
      const end = closedAt >= 0 ? closedAt : segment.layout.rows;
      const take = Math.min(end - this.#position, count - this.#consumed);
      if (take > 0) {
        slices.push({
          plan: segment.plan,
          layout: segment.layout,
          views: segment.views,
          from: this.#position,
          to: this.#position + take,
          firstId: segment.views.F64[SEGMENT_ID_BASE]! + this.#position,
          jsonText: jsonText(segment),
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

  /** Hands segments that were read to the end back to the producer. Whether there were any. */
  release(): boolean {
    const any = this.#done.length > 0;
    for (const segment of this.#done) Atomics.store(segment.views.I32, SEGMENT_STATE, SEGMENT_FREE);
    this.#done = [];
    return any;
  }
}

/** The writer's side of one lane. */
export class LaneReader {
  readonly rings: RingReader[] = [];
  readonly #words: Int32Array;
  readonly #slots: Float64Array;
  readonly #json = new JsonReader();
  #taken = 0;

  constructor(buffer: SharedArrayBuffer) {
    this.#words = new Int32Array(buffer, 0, SLOTS_OFFSET / 4);
    this.#slots = new Float64Array(buffer, SLOTS_OFFSET);
  }

  /** Plans in the order of their layouts: a table's first plan, then each change of it. */
  addPlan(table: number, layout: number, plan: TablePlan): void {
    this.rings[table] ??= new RingReader();
    // By number: a question whose asker lost patience may be asked again.
    this.rings[table].plans[layout] = plan;
  }

  receive(message: LaneMessage): void {
    if (message.type === 'shape') this.#json.addShape(message.number, message.keys);
    else if (message.type === 'forget') this.rings[message.table]!.forget(message.index);
    else this.rings[message.table]!.add(message.index, message.layout, message.buffer);
  }

  /** Number of the newest cut. Messages that were sent before it have arrived once this returns. */
  sequence(): number {
    return Atomics.load(this.#words, CUT_SEQUENCE);
  }

  /** The newest cut, or null where it was taken before. */
  cut(): Cut | null {
    for (;;) {
      const sequence = this.sequence();
      if (sequence === this.#taken) return null;
      const slot = (sequence & 1) * SLOT_FIELDS;
      const counts = this.#slots.slice(slot + SLOT_COUNTS, slot + SLOT_COUNTS + this.rings.length);
      const open = this.#slots[slot + SLOT_OPEN] === 1;
      // The producer writes into this slot again only after it has published the other one. The addition is a fence:
      // without it, some processors might read the slot after they have looked at the sequence again.
      Atomics.add(this.#words, CONSUMED, 0);
      if (this.sequence() === sequence) return { sequence, open, counts };
    }
  }

  /**
   * The rows of a cut that were not taken before, table by table and about `bytes` of them.
   * @returns whether that was all
   */
  take(cut: Cut, bytes: number): { tables: { table: number; slices: Slice[] }[]; complete: boolean } {
    const jsonText = (segment: Segment) => (at: number) => this.#json.read(segment.views, at);
    const budget = { bytes };
    const tables = this.rings
      .map((ring, table) => ({ table, slices: ring.take(cut.counts[table] ?? 0, budget, jsonText) }))
      .filter(({ slices }) => slices.length > 0);
    const complete = this.rings.every((ring, table) => ring.consumed >= (cut.counts[table] ?? 0));
    if (complete) this.#taken = cut.sequence;
    return { tables, complete };
  }

  /** Frees what was taken. Whether the producer gained room. */
  release(): boolean {
    let any = false;
    for (const ring of this.rings) any = ring.release() || any;
    Atomics.store(this.#words, CONSUMED, this.#taken);
    return any;
  }

  /** Asks the producer to publish at its next unit end. A stop that was asked for stands. */
  requestPublication(): void {
    Atomics.compareExchange(this.#words, REQUEST, REQUEST_NONE, REQUEST_PUBLISH);
  }

  /** Makes the producer's next call throw. */
  requestStop(word: number): void {
    Atomics.store(this.#words, REQUEST, word);
  }
}
