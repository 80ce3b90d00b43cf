import { stripVTControlCharacters } from 'node:util';

/** Characters of a terminal's line, or no limit for a pipe, whose reader may want all. */
export function lineWidth(): number {
  return process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY;
}

/**
 * How many of a table's columns, the first ones, fit beside each other; one at least.
 * @param columns title and cells of each
 */
export function columnsThatFit(columns: readonly (readonly string[])[], width: number): number {
  const gap = 2;
  let used = -gap;
  for (const [i, cells] of columns.entries()) {
    used += gap + Math.max(...cells.map(visible));
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
  const shown = new Set(columns.keys());
  const spare = [...shown].filter((i) => columns[i]!.spare !== undefined);
  spare.sort((a, b) => columns[b]!.spare! - columns[a]!.spare!);
  const cells = () => [...shown].map((i) => columns[i]!.cells);
  for (const i of spare) {
    if (columnsThatFit(cells(), width) === shown.size) break;
    shown.delete(i);
  }
  return [...shown];
}

function visible(text: string): number {
  return stripVTControlCharacters(text).length;
}
