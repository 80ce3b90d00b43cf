import type { Dictionary } from './encodings/dictionary.ts';
import type { Leaf } from './leaf.ts';
import type { Values } from './values/gather.ts';
import type { Validity } from './values/validity.ts';

/** How large pages become. */
export interface PageLimits {
  /** Bytes of values before compression; a page has at least one row. */
  readonly bytes: number;
  readonly rows: number;
}

/** Rows of one data page, and which of the chunk's values they have. */
export interface PageRange {
  readonly fromRow: number;
  readonly toRow: number;
  readonly from: number;
  readonly to: number;
  /** Rows that are not null. */
  readonly present: number;
}

/** Cuts a column chunk into pages. Pages hold whole rows, as an offset index asks for (PageIndex.md). */
export function planPages(
  leaf: Leaf,
  validity: Validity,
  values: Values,
  dictionary: Dictionary | null,
  limits: PageLimits,
): PageRange[] {
  const pages: PageRange[] = [];
  const variable = values.form === 'bytes' && dictionary === null ? values.offsets : null;
  const rowLimit = rowsPerPage(leaf, values, variable !== null || dictionary !== null, limits);
  let fromRow = 0;
  let from = 0;
  while (fromRow < validity.rows) {
    const lastRow = Math.min(fromRow + rowLimit, validity.rows);
    let toRow = lastRow;
    let present = countPresent(validity, fromRow, lastRow);
    if (variable !== null && variable[from + present]! - variable[from]! > limits.bytes) {
      [toRow, present] = cutByBytes(validity, variable, fromRow, lastRow, from, limits.bytes);
    }
    const to = from + present * leaf.perRow;
    pages.push({ fromRow, toRow, from, to, present });
    fromRow = toRow;
    from = to;
  }
  return pages;
}

/** A multiple of 8 where possible, which keeps packed and split values aligned. */
function rowsPerPage(leaf: Leaf, values: Values, unsized: boolean, limits: PageLimits): number {
  if (unsized) return limits.rows;
  const size = values.form === 'words' ? values.wordsEach * 4 : 1;
  const rows = Math.min(limits.rows, Math.floor(limits.bytes / (size * leaf.perRow)));
  return rows > 8 ? rows - (rows % 8) : Math.max(1, rows);
}

function countPresent({ flags }: Validity, from: number, to: number): number {
  if (flags === null) return to - from;
  let count = 0;
  for (let i = from; i < to; i++) count += flags[i]!;
  return count;
}

/** The row at which a page of text is full, and how many rows before it are not null. */
function cutByBytes(
  { flags }: Validity,
  offsets: Uint32Array,
  fromRow: number,
  lastRow: number,
  from: number,
  limit: number,
): [toRow: number, present: number] {
  let present = flags === null ? 1 : flags[fromRow]!;
  for (let row = fromRow + 1; row < lastRow; row++) {
    const more = flags === null ? 1 : flags[row]!;
    if (offsets[from + present + more]! - offsets[from]! > limit) return [row, present];
    present += more;
  }
  return [lastRow, present];
}
