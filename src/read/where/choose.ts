import type { Cells, Piece } from '../pieces.ts';
import type { Condition } from './conditions.ts';
import { within } from './ranges.ts';

/** Rows `from` to `to` (not included) of a piece. */
export type RowRange = readonly [from: number, to: number];

/** The rows of a piece that were chosen. */
export interface Chosen {
  readonly cells: readonly Cells[];
  readonly rows: number;
}

/** Reads the rows of a piece that hold all conditions. */
export async function choose(
  piece: Piece,
  names: readonly string[],
  conditions: readonly Condition[],
): Promise<Chosen> {
  const parts = await Array.fromAsync(chosenParts(piece, names, conditions, Number.POSITIVE_INFINITY));
  if (parts.length === 1) return parts[0]!;
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  return { cells: names.map((_, i) => joined(parts.map(({ cells }) => cells[i]!))), rows };
}

/**
 * The same part by part, so that only one has to be in memory.
 * @param limit where there are no conditions, how many of the first rows are wanted
 */
export async function* chosenParts(
  piece: Piece,
  names: readonly string[],
  conditions: readonly Condition[],
  limit: number,
): AsyncGenerator<Chosen, void> {
  const { rows, atOnce = rows } = piece;
  const ranges: readonly RowRange[] =
    conditions.length === 0
      ? [[0, Math.min(rows, limit)]]
      : ((await piece.narrow?.(conditions)) ?? [[0, rows]]);
  for (const [start, end] of ranges) {
    for (let from = start; from < end; from += atOnce) {
      const to = Math.min(end, from + atOnce);
      if (conditions.length === 0) yield { cells: await piece.read(names, from, to), rows: to - from };
      else {
        const part = await chooseWithin(piece, names, conditions, from, to);
        if (part !== null) yield part;
      }
    }
  }
}

/** The columns of the conditions are read first, the others only from the first row that holds them to the last. */
async function chooseWithin(
  piece: Piece,
  names: readonly string[],
  conditions: readonly Condition[],
  from: number,
  to: number,
): Promise<Chosen | null> {
  const tested = [...new Set(conditions.map(({ column }) => column.name))];
  const values = await piece.read(tested, from, to);
  const rows = rowsThatHold(conditions, (name) => values[tested.indexOf(name)]!, to - from);
  if (rows.length === 0) return null;
  const [first, end] = [rows[0]!, rows.at(-1)! + 1];
  const others = names.filter((name) => !tested.includes(name));
  const rest = others.length === 0 ? [] : await piece.read(others, from + first, from + end);
  const cells = names.map((name) => {
    const at = tested.indexOf(name);
    return at < 0 ? picked(rest[others.indexOf(name)]!, rows, first) : picked(values[at]!, rows, 0);
  });
  return { cells, rows: rows.length };
}

/** The rows, of so many, that hold all conditions, in their order. */
export function rowsThatHold(
  conditions: readonly Condition[],
  cellsOf: (name: string) => Cells,
  rows: number,
): Uint32Array {
  const chosen = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) chosen[row] = row;
  let count = rows;
  for (const { column, ranges } of conditions) {
    const [cells, holds] = [cellsOf(column.name), within(ranges)];
    let kept = 0;
    for (let i = 0; i < count; i++) if (holds(cells[chosen[i]!])) chosen[kept++] = chosen[i]!;
    count = kept;
  }
  return chosen.subarray(0, count);
}

/** Cells of some rows, which rise and are counted from `start`. */
export function picked(cells: Cells, rows: Uint32Array, start: number): Cells {
  const first = rows[0]! - start;
  const contiguous = rows.at(-1)! - rows[0]! === rows.length - 1;
  if (!contiguous) return gathered(cells, rows, start);
  if (first === 0 && rows.length === cells.length) return cells;
  return ArrayBuffer.isView(cells)
    ? (cells as unknown as Float64Array).subarray(first, first + rows.length)
    : Array.prototype.slice.call(cells, first, first + rows.length);
}

/** Cells of rows in whatever order, which are counted from `start`. */
export function gathered(cells: Cells, rows: Uint32Array, start: number): Cells {
  const values: unknown[] | Float64Array = ArrayBuffer.isView(cells)
    ? new (cells.constructor as Float64ArrayConstructor)(rows.length)
    : new Array<unknown>(rows.length);
  for (let i = 0; i < rows.length; i++) values[i] = cells[rows[i]! - start] as number;
  return values;
}

/** Cells one behind another, in an array of their type where all have the same. */
export function joined(parts: readonly Cells[]): Cells {
  if (parts.length === 1) return parts[0]!;
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const [first] = parts;
  const typed = ArrayBuffer.isView(first) && parts.every((part) => part.constructor === first.constructor);
  if (!typed) {
    const all = new Array<unknown>(length);
    let at = 0;
    for (const part of parts) for (let i = 0; i < part.length; i++) all[at++] = part[i];
    return all;
  }
  const all = new (first.constructor as Float64ArrayConstructor)(length);
  let at = 0;
  for (const part of parts) {
    all.set(part as unknown as Float64Array, at);
    at += part.length;
  }
  return all;
}
