import type { Slice } from '../backends/commit.ts';
import { TAG_RAW } from '../buffer/tags.ts';

/** The arena values of an image: where they stand, and how they are found. */
export interface ArenaBlock {
  /** Byte of `source` at which the block starts; offsets in `pairs` and in the segment count from `base`. */
  readonly source: Uint8Array;
  readonly start: number;
  readonly bytes: number;
  readonly base: number;
  /** New (offset, bytes) pairs of the arena columns, one column behind another; null where the segment's own hold. */
  readonly pairs: Uint32Array | null;
}

const NO_BLOCK = { start: 0, bytes: 0, base: 0, pairs: null } as const;
const encoder = new TextEncoder();
const MIN_SCRATCH = 64 * 1024;
const MAX_KEPT = 1024 * 1024;

/**
 * Finds the texts and bytes of a slice's rows, which stand one behind another in the segment. Rows that have JSON too
 * have all their values gathered instead, with the JSON as text: it can only be read with the shapes of its lane.
 */
export class ArenaBlocks {
  #scratch: Uint8Array = new Uint8Array(0);
  #used = 0;

  /** Bytes of memory that it holds. */
  get memory(): number {
    return this.#scratch.length;
  }

  /** What was gathered before may be written over. */
  reset(): void {
    this.#used = 0;
    if (this.#scratch.length > MAX_KEPT) this.#scratch = new Uint8Array(0);
  }

  of(slice: Slice): ArenaBlock {
    const { columns } = slice.plan;
    if (columns.some(({ kind }) => kind === 'json')) return this.#gather(slice);
    return blockIn(slice);
  }

  #gather(slice: Slice): ArenaBlock {
    const { views, layout, from, to } = slice;
    const start = this.#used;
    const pairs = new Uint32Array(layout.fields.filter(({ inArena }) => inArena).length * (to - from) * 2);
    let pair = 0;
    for (const [i, field] of layout.fields.entries()) {
      if (!field.inArena) continue;
      const isJson = slice.plan.columns[i]!.kind === 'json';
      for (let row = from; row < to; row++, pair += 2) {
        if (field.valid >= 0 && views.U8[field.valid + row] === 0) continue;
        const at = views.U32[field.start + 2 * row]!;
        pairs[pair] = this.#used - start;
        if (isJson) this.#json(slice.jsonText(at));
        else this.#raw(views.U8, at, views.U32[field.start + 2 * row + 1]!);
        pairs[pair + 1] = this.#used - start - pairs[pair]!;
      }
    }
    // A later slice may make the scratch grow, and leaves this one as it is.
    return { source: this.#scratch, start, bytes: this.#used - start, base: 0, pairs };
  }

  #raw(source: Uint8Array, at: number, length: number): void {
    this.#reserve(length);
    this.#scratch.set(source.subarray(at, at + length), this.#used);
    this.#used += length;
  }

  #json(text: string): void {
    // No UTF-16 unit takes more than three bytes of UTF-8.
    this.#reserve(5 + 3 * text.length);
    const { written } = encoder.encodeInto(text, this.#scratch.subarray(this.#used + 5));
    this.#scratch[this.#used] = TAG_RAW;
    new DataView(this.#scratch.buffer).setUint32(this.#used + 1, written, true);
    this.#used += 5 + written;
  }

  #reserve(bytes: number): void {
    if (this.#used + bytes <= this.#scratch.length) return;
    const grown = new Uint8Array(Math.max(MIN_SCRATCH, 2 * this.#scratch.length, this.#used + bytes));
    grown.set(this.#scratch.subarray(0, this.#used));
    this.#scratch = grown;
  }
}

/** The stretch of the segment's arena that the rows' values stand in. */
function blockIn({ views, layout, from, to }: Slice): ArenaBlock {
  let first = Number.POSITIVE_INFINITY;
  let end = 0;
  for (const { inArena, start, valid } of layout.fields) {
    if (!inArena) continue;
    for (let row = from; row < to; row++) {
      if (valid >= 0 && views.U8[valid + row] === 0) continue;
      const at = views.U32[start + 2 * row]!;
      if (at < first) first = at;
      const stop = at + views.U32[start + 2 * row + 1]!;
      if (stop > end) end = stop;
    }
  }
  if (end === 0) return { source: views.U8, ...NO_BLOCK };
  return { source: views.U8, start: first, bytes: end - first, base: first, pairs: null };
}
