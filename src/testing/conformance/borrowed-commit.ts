import type { Commit, Slice, TableRows } from '../../backends/commit.ts';
import { openSegment } from '../../buffer/segment.ts';

/** A copy of a commit in memory of its own, which is overwritten when the backend gives it back. */
export class BorrowedCommit {
  readonly commit: Commit;
  readonly #buffers: SharedArrayBuffer[] = [];

  constructor(commit: Commit) {
    this.commit = { ...commit, tables: commit.tables.map((table) => this.#copyTable(table)) };
  }

  /** What a producer does to memory that it got back: a backend that still looks at it reads nonsense. */
  overwrite(): void {
    for (const buffer of this.#buffers) new Uint8Array(buffer).fill(0xaa);
  }

  #copyTable(table: TableRows): TableRows {
    return { ...table, slices: table.slices.map((slice) => this.#copySlice(slice)) };
  }

  #copySlice(slice: Slice): Slice {
    const { U8 } = slice.views;
    const buffer = new SharedArrayBuffer(Math.ceil(U8.length / 8) * 8);
    new Uint8Array(buffer).set(U8);
    this.#buffers.push(buffer);
    return { ...slice, views: openSegment(0, buffer).views };
  }
}

/** The rows of a commit in two parts, in their order; null for one that is too small. */
export function halves(commit: Commit): readonly [Commit, Commit] | null {
  const total = commit.tables.reduce((sum, { rows }) => sum + rows, 0);
  if (total < 2) return null;
  const middle = Math.floor(total / 2);
  return [rowsWithin(commit, 0, middle, true), rowsWithin(commit, middle, total, commit.open)];
}

/** Rows `from` to `to` of a commit, counted over all its tables. */
function rowsWithin(commit: Commit, from: number, to: number, open: boolean): Commit {
  let at = 0;
  const tables: TableRows[] = [];
  for (const table of commit.tables) {
    const slices: Slice[] = [];
    for (const slice of table.slices) {
      const rows = slice.to - slice.from;
      const [first, end] = [Math.max(0, from - at), Math.min(rows, to - at)];
      at += rows;
      if (first >= end) continue;
      slices.push({
        ...slice,
        from: slice.from + first,
        to: slice.from + end,
        firstId: slice.firstId + first,
      });
    }
    if (slices.length === 0) continue;
    const rows = slices.reduce((sum, slice) => sum + slice.to - slice.from, 0);
    tables.push({ plan: table.plan, rows, slices });
  }
  return { number: commit.number, open, tables };
}
