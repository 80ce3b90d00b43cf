import type { Slice, TableRows } from '../commit.ts';

/** Rows of one slice that belong to one episode: `from` to `to`, or those listed. */
export interface Piece {
  readonly table: string;
  readonly slice: Slice;
  readonly from: number;
  readonly to: number;
  readonly rows: Int32Array | null;
}

/** What a commit has of an episode. */
export interface EpisodeRows {
  readonly pieces: Piece[];
  /** Whether a row completes the episode. */
  ended: boolean;
}

/** Stretches that are shorter than this on average are gathered instead: a bulk copy has a price. */
const SHORT_RUN = 8;

/** The rows of tables that are split by episode, episode by episode, in the order in which those come. */
export function indexByEpisode(tables: readonly TableRows[]): Map<number, EpisodeRows> {
  const index = new Map<number, EpisodeRows>();
  for (const { plan, slices } of tables) {
    for (const slice of slices) {
      const runs = runsOf(slice);
      const rows = slice.to - slice.from;
      if (runs.length > 1 && rows < runs.length * SHORT_RUN) gather(plan.name, slice, runs, index);
      else {
        for (const { episode, from, to } of runs) {
          entryOf(index, episode).pieces.push({ table: plan.name, slice, from, to, rows: null });
        }
      }
      if (plan.name === 'episodes') noteEnds(slice, index);
    }
  }
  return index;
}

interface Run {
  readonly episode: number;
  readonly from: number;
  readonly to: number;
}

/** Stretches of rows of one episode. */
function runsOf(slice: Slice): Run[] {
  const { views, from, to } = slice;
  const at = 2 * fieldOf(slice, 'episode_id').start;
  const words = views.U32;
  const runs: Run[] = [];
  let start = from;
  for (let row = from + 1; row <= to; row++) {
    const low = words[at + 2 * start]!;
    const high = words[at + 2 * start + 1]!;
    // Halves of the 64-bit number: a bigint for each row would be an object.
    while (row < to && words[at + 2 * row] === low && words[at + 2 * row + 1] === high) row++;
    runs.push({ episode: (high | 0) * 4294967296 + low, from: start, to: row });
    start = row;
  }
  return runs;
}

function gather(table: string, slice: Slice, runs: readonly Run[], index: Map<number, EpisodeRows>): void {
  const rows = new Map<number, number[]>();
  for (const { episode, from, to } of runs) {
    let list = rows.get(episode);
    if (list === undefined) {
      list = [];
      rows.set(episode, list);
    }
    for (let row = from; row < to; row++) list.push(row);
  }
  for (const [episode, list] of rows) {
    const piece = { table, slice, from: list[0]!, to: list.at(-1)! + 1, rows: Int32Array.from(list) };
    entryOf(index, episode).pieces.push(piece);
  }
}

/** An episode has ended once a row says when. */
function noteEnds(slice: Slice, index: Map<number, EpisodeRows>): void {
  const end = fieldOf(slice, 'end_timestamp');
  const at = 2 * fieldOf(slice, 'episode_id').start;
  const { U8, U32 } = slice.views;
  for (let row = slice.from; row < slice.to; row++) {
    if (U8[end.valid + row] === 0) continue;
    entryOf(index, (U32[at + 2 * row + 1]! | 0) * 4294967296 + U32[at + 2 * row]!).ended = true;
  }
}

function entryOf(index: Map<number, EpisodeRows>, episode: number): EpisodeRows {
  let entry = index.get(episode);
  if (entry === undefined) {
    entry = { pieces: [], ended: false };
    index.set(episode, entry);
  }
  return entry;
}

function fieldOf({ plan, layout }: Slice, name: string): Slice['layout']['fields'][number] {
  return layout.fields[plan.columns.findIndex((column) => column.name === name)]!;
}
