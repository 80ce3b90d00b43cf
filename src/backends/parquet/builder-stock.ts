import type { StoredColumn } from '../../schema/plan.ts';
import type { EncoderPool } from './encoder-pool.ts';
import type { Memory } from './memory.ts';
import { RowBuilder } from './row-builder.ts';

/** Builders that are kept for the next episodes. */
const MAX_SPARE = 64;

/** Builders of one table, used again and again. */
export class BuilderStock {
  readonly #memory: Memory;
  readonly #encoders: EncoderPool | null;
  #columns: readonly StoredColumn[] = [];
  #groupRows = 0;
  #spare: RowBuilder[] = [];

  constructor(memory: Memory, encoders: EncoderPool | null) {
    this.#memory = memory;
    this.#encoders = encoders;
  }

  /** What builders are for from now on. */
  setUp(columns: readonly StoredColumn[], groupRows: number): void {
    this.releaseSpare();
    this.#columns = columns;
    this.#groupRows = groupRows;
  }

  /** An empty builder. */
  take(): RowBuilder {
    return this.#spare.pop() ?? new RowBuilder(this.#columns, this.#memory, this.#groupRows);
  }

  /** A builder with the rows of another, which is being encoded, from row `from` on. */
  successor(builder: RowBuilder, from: number): RowBuilder {
    const isShort = this.#memory.used + builder.allocated > this.#memory.limit;
    if (isShort) this.#awaitSpare();
    const next = this.take();
    if (!isShort) next.growLike(builder);
    next.appendFrom(builder, from);
    return next;
  }

  /** Keeps a builder for other rows. One that is older than a column is of no use. */
  recycle(builder: RowBuilder): void {
    builder.truncate(0);
    const fits = builder.columns === this.#columns.length;
    if (fits && this.#spare.length < MAX_SPARE) this.#spare.push(builder);
    else builder.release();
  }

  /** Gives the memory of builders that nobody uses back. */
  releaseSpare(): void {
    for (const builder of this.#spare) builder.release();
    this.#spare = [];
  }

  /** Waits for builders that come back: other memory than theirs would be freed late, as two threads see it. */
  #awaitSpare(): void {
    try {
      while (this.#spare.length === 0 && this.#encoders?.writeOldest());
    } catch {
      // It is tried again, and told of, with the next commit.
    }
  }
}
