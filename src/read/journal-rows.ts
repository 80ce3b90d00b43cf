import { readValue, type Slice } from '../backends/commit.ts';
import type { Journal } from '../journal/index.ts';
import { arrayElements } from './column-builder.ts';
import type { Cells, Piece } from './pieces.ts';

/** Which rows of the journal are in no file. */
export interface Held {
  /** The last commit that files hold of a table, or of one episode of it. */
  lastCommit(table: string, episode: number | null): number;
  /** Whether the table's files are of one episode each. */
  isByEpisode(table: string): boolean;
}

/** Rows of one table in the journal, in memory: only the columns that were asked for. */
class JournalPiece implements Piece {
  readonly ordered = true;
  readonly ids: number[] = [];
  readonly cells: ReadonlyMap<string, unknown[]>;

  constructor(names: readonly string[]) {
    this.cells = new Map(names.map((name) => [name, []]));
  }

  get rows(): number {
    return this.ids.length;
  }

  get firstId(): number {
    return this.ids[0]!;
  }

  get lastId(): number {
    return this.ids.at(-1)!;
  }

  async read(names: readonly string[], from: number, to: number): Promise<readonly Cells[]> {
    return names.map((name) => (this.cells.get(name) ?? this.ids).slice(from, to));
  }
}

/**
 * The rows of a table that only the journal has, in pieces whose ids rise.
 * @param names columns to keep, the row's id left out
 */
export function journalPieces(
  journal: Journal,
  held: Held,
  table: string,
  names: readonly string[],
): Piece[] {
  const pieces: JournalPiece[] = [];
  for (const { slice, rows } of slicesOf(journal, held, table)) {
    const first = slice.firstId - slice.from;
    let piece = pieces.at(-1);
    if (piece === undefined || first + rows[0]! <= piece.lastId) {
      piece = new JournalPiece(names);
      pieces.push(piece);
    }
    for (const row of rows) piece.ids.push(first + row);
    for (const [name, cells] of piece.cells) readCells(slice, name, rows, cells);
  }
  return pieces;
}

/** How many rows of each table only the journal has. */
export function journalCounts(journal: Journal, held: Held): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { slice, rows } of slicesOf(journal, held, null)) {
    const { name } = slice.plan;
    counts.set(name, (counts.get(name) ?? 0) + rows.length);
  }
  return counts;
}

/** Rows of a slice that are in no file; the slice is valid until the next is asked for. */
function* slicesOf(
  journal: Journal,
  held: Held,
  table: string | null,
): Generator<{ slice: Slice; rows: readonly number[] }, void> {
  for (const { number, tables } of journal.commits()) {
    for (const { plan, slices } of tables) {
      if (table !== null && plan.name !== table) continue;
      for (const slice of slices) {
        const rows = rowsNotHeld(slice, number, held);
        if (rows.length > 0) yield { slice, rows };
      }
    }
  }
}

function rowsNotHeld(slice: Slice, commit: number, held: Held): number[] {
  const { name, columns } = slice.plan;
  const byEpisode = held.isByEpisode(name);
  const episode = byEpisode ? columns.findIndex((column) => column.name === 'episode_id') : -1;
  const rows: number[] = [];
  for (let row = slice.from; row < slice.to; row++) {
    const of = byEpisode ? Number(readValue(slice, episode, row)) : null;
    if (commit > held.lastCommit(name, of)) rows.push(row);
  }
  return rows;
}

/** Values as readers give them. */
function readCells(slice: Slice, name: string, rows: readonly number[], cells: unknown[]): void {
  const index = slice.plan.columns.findIndex((column) => column.name === name);
  if (index < 0) {
    for (const _ of rows) cells.push(null);
    return;
  }
  const { kind, element } = slice.plan.columns[index]!;
  for (const row of rows) {
    const value = readValue(slice, index, row);
    cells.push(kind === 'array' && value !== null ? arrayElements(element!, value as Uint8Array) : value);
  }
}
