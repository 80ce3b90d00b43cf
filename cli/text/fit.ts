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

function visible(text: string): number {
  return stripVTControlCharacters(text).length;
}
