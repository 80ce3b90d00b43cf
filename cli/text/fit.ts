import { stripVTControlCharacters } from 'node:util';

/** Characters of the terminal that stdout is; null for a pipe, and for a terminal that does not know its size. */
export function terminalSize(): { readonly columns: number; readonly rows: number } | null {
  const { isTTY, columns, rows } = process.stdout;
  return isTTY && columns > 0 && rows > 0 ? { columns, rows } : null;
}

/** Characters of a terminal's line, or no limit for a pipe, whose reader may want all. */
export function lineWidth(): number {
  return terminalSize()?.columns ?? Number.POSITIVE_INFINITY;
}

/**
 * How many of a table's columns, the first ones, fit beside each other; one at least.
 * @param columns title and cells of each
 */
export function columnsThatFit(columns: readonly (readonly string[])[], width: number): number {
  let used = -GAP;
  for (const [i, cells] of columns.entries()) {
    used += GAP + widthOf(cells);
    if (used > width) return Math.max(1, i);
  }
  return columns.length;
}

/**
 * Which of a table's columns are shown, where not all fit beside each other: the spare ones go, the highest number first.
 * @param columns title and cells of each, and how spare it is; what has no number stays
 */
export function columnsToShow(
  columns: readonly { readonly cells: readonly string[]; readonly spare?: number | undefined }[],
  width: number,
): number[] {
  const widths = columns.map(({ cells }) => GAP + widthOf(cells));
  const shown = new Set(columns.keys());
  const spare = [...shown].filter((i) => columns[i]!.spare !== undefined);
  spare.sort((a, b) => columns[b]!.spare! - columns[a]!.spare!);
  let used = widths.reduce((sum, one) => sum + one, -GAP);
  for (const i of spare) {
    if (used <= width) break;
    shown.delete(i);
    used -= widths[i]!;
  }
  return [...shown];
}

/** Blanks between columns. */
const GAP = 2;

function widthOf(cells: readonly string[]): number {
  return cells.reduce((most, cell) => Math.max(most, stripVTControlCharacters(cell).length), 0);
}
