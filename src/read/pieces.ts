import { type Chosen, choose, chosenParts, gathered, type RowRange } from './where/choose.ts';
import type { Condition } from './where/conditions.ts';

/** Decoded values, one a row: null or undefined where there is none. */
export type Cells = ArrayLike<unknown>;

/** A stretch of a table's rows: a row group of a file, or rows that are in memory already. */
export interface Piece {
  readonly rows: number;
  /** Least and greatest row id. */
  readonly firstId: number;
  readonly lastId: number;
  /** Whether ids are known to rise from row to row. */
  readonly ordered: boolean;
  /** Rows that are best read at once; all, where it does not say. */
  readonly atOnce?: number;
  /** Reads columns of rows `from` to `to`, in the order of `names`. */
  read(names: readonly string[], from: number, to: number): Promise<readonly Cells[]>;
  /** Where rows that hold all conditions can be, in order, without reading them; anywhere, where it cannot tell. */
  narrow?(conditions: readonly Condition[]): Promise<readonly RowRange[]>;
}

/** Rows `from` to `to` of columns, in the order of the table. */
export interface Stretch {
  readonly cells: readonly Cells[];
  readonly from: number;
  readonly to: number;
}

/** A piece whose rows are being given out. */
interface Active {
  readonly cells: readonly Cells[];
  readonly ids: Cells;
  readonly rows: number;
  at: number;
}

/**
 * The rows of all pieces that hold the conditions, in the order of their ids, at most `limit`. Pieces whose ids lie apart are read one after
 * another; of those that overlap, as episodes that go on side by side do, only the ones that are under way are in memory.
 *
 * @param idName name of the column of row ids
 */
export async function* inOrder(
  pieces: readonly Piece[],
  names: readonly string[],
  idName: string,
  limit: number,
  conditions: readonly Condition[] = [],
): AsyncGenerator<Stretch, void> {
  const sorted = pieces.filter(({ rows }) => rows > 0).sort((a, b) => a.firstId - b.firstId);
  let left = limit;
  for (let next = 0; next < sorted.length && left > 0; ) {
    const end = clusterEnd(sorted, next);
    const cluster = sorted.slice(next, end);
    next = end;
    const stretches =
      cluster.length === 1 && cluster[0]!.ordered
        ? alone(cluster[0]!, names, conditions, left)
        : merged(cluster, names, idName, conditions);
    for await (const { cells, from, to } of stretches) {
      const taken = Math.min(to - from, left);
      left -= taken;
      yield { cells, from, to: from + taken };
      if (left === 0) return;
    }
  }
}

/** Behind the last piece that overlaps those before it, from `start` on. */
function clusterEnd(sorted: readonly Piece[], start: number): number {
  let last = sorted[start]!.lastId;
  let end = start + 1;
  while (end < sorted.length && sorted[end]!.firstId <= last) last = Math.max(last, sorted[end++]!.lastId);
  return end;
}

async function* alone(
  piece: Piece,
  names: readonly string[],
  conditions: readonly Condition[],
  limit: number,
): AsyncGenerator<Stretch, void> {
  for await (const { cells, rows } of chosenParts(piece, names, conditions, limit))
    yield { cells, from: 0, to: rows };
}

/** Pieces that overlap, or whose order is not known: runs of rows from whichever has the least id. */
async function* merged(
  pieces: readonly Piece[],
  names: readonly string[],
  idName: string,
  conditions: readonly Condition[],
): AsyncGenerator<Stretch, void> {
  const active = new Set<Active>();
  for (let next = 0; next < pieces.length || active.size > 0; ) {
    while (next < pieces.length && pieces[next]!.firstId <= leastId(active)) {
      const loaded = await load(pieces[next++]!, names, idName, conditions);
      if (loaded.rows > 0) active.add(loaded);
    }
    if (active.size === 0) continue;
    let first: Active | undefined;
    for (const one of active) if (first === undefined || idAt(one) < idAt(first)) first = one;
    // Up to the next id of another piece.
    let bound = next < pieces.length ? pieces[next]!.firstId : Number.POSITIVE_INFINITY;
    for (const one of active) if (one !== first) bound = Math.min(bound, idAt(one));
    const { cells, ids, rows, at } = first!;
    let to = at + 1;
    while (to < rows && (ids[to] as number) < bound) to++;
    first!.at = to;
    if (to === rows) active.delete(first!);
    yield { cells, from: at, to };
  }
}

function idAt({ ids, at }: Active): number {
  return ids[at] as number;
}

function leastId(active: ReadonlySet<Active>): number {
  let least = Number.POSITIVE_INFINITY;
  for (const one of active) least = Math.min(least, idAt(one));
  return least;
}

/** Reads what is chosen of a piece, its rows by their ids. */
async function load(
  piece: Piece,
  names: readonly string[],
  idName: string,
  conditions: readonly Condition[],
): Promise<Active> {
  const own = names.indexOf(idName);
  const wanted = own < 0 ? [...names, idName] : names;
  const { cells: all, rows }: Chosen = await choose(piece, wanted, conditions);
  if (rows === 0) return { cells: [], ids: [], rows, at: 0 };
  const ids = all[own < 0 ? names.length : own]!;
  const cells = all.slice(0, names.length);
  if (piece.ordered || isRising(ids)) return { cells, ids, rows, at: 0 };
  const order = Uint32Array.from({ length: rows }, (_, row) => row).sort(
    (a, b) => (ids[a] as number) - (ids[b] as number),
  );
  const reordered = (values: Cells): Cells => gathered(values, order, 0);
  return { cells: cells.map(reordered), ids: reordered(ids), rows, at: 0 };
}

/** Whether ids rise from row to row. */
export function isRising(ids: Cells): boolean {
  for (let row = 1; row < ids.length; row++)
    if (!((ids[row] as number) > (ids[row - 1] as number))) return false;
  return true;
}
