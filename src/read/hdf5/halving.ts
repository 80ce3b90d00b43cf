import type { RowRange } from '../where/choose.ts';
import type { Condition } from '../where/conditions.ts';
import type { Range } from '../where/ranges.ts';
import type { GroupReader } from './column-group.ts';

/** More ranges of a condition than these are looked for as one, from the first to the last. */
const MOST_RANGES = 16;

/**
 * Rows of a group that can hold conditions. In a column whose values do not fall from row to row, they are found by halving:
 * between chunks first, since a chunk is decompressed for each value that is read of it.
 *
 * @param idName the column of row ids
 */
export function rangesThatMayHold(
  group: GroupReader,
  idName: string | null,
  conditions: readonly Condition[],
): readonly RowRange[] {
  let ranges: readonly RowRange[] = [[0, group.rows]];
  for (const { column, ranges: wanted } of conditions) {
    const rises = column.name === group.risingTime || (column.name === idName && group.sorted);
    if (group.layout.placeOf(column.name) === undefined) return [];
    if (!rises || group.rows === 0) continue;
    const all = wanted.length <= MOST_RANGES ? wanted : [[wanted[0]![0], wanted.at(-1)![1]] as const];
    ranges = ranges.flatMap((range) => all.flatMap((one) => rowsWithin(group, column.name, range, one)));
  }
  return ranges;
}

/** The rows of a range whose value lies between two. */
function rowsWithin(
  group: GroupReader,
  name: string,
  [from, to]: RowRange,
  [least, most]: Range,
): RowRange[] {
  const first = firstRow(group, name, from, to, (value) => value >= least);
  const end = firstRow(group, name, first, to, (value) => value > most);
  return first < end ? [[first, end]] : [];
}

/** The first row of a range that passes a test which all behind it pass too; the range's end where none does. */
function firstRow(
  group: GroupReader,
  name: string,
  from: number,
  to: number,
  passes: (value: number | bigint) => boolean,
): number {
  const chunkRows = Math.max(1, group.chunkRows);
  const at = (row: number) => group.read([name], row, row + 1)[0]![0] as number | bigint;
  // The last chunk whose first row does not pass: the row that is looked for is in it, or begins the next one.
  let [low, high] = [Math.floor(from / chunkRows), Math.ceil(to / chunkRows)];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (passes(at(middle * chunkRows))) high = middle;
    else low = middle;
  }
  const [start, end] = [Math.max(from, low * chunkRows), Math.min(to, high * chunkRows)];
  const [values] = group.read([name], start, end);
  for (let row = start; row < end; row++) if (passes(values![row - start] as number | bigint)) return row;
  return end;
}
