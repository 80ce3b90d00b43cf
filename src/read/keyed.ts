import type { Cells, Stretch } from './pieces.ts';

/** Rows of a table with a key: the cells of its key, then those of the columns that are asked for. */
export interface KeyedRows {
  readonly cells: readonly Cells[];
  readonly rows: number;
}

/**
 * One row for each key, in the order of the keys. Of several rows of a key, given in the order in which they were
 * recorded, the last value of each column that is not null counts.
 */
export async function* completedRows(
  sources: AsyncIterable<KeyedRows>,
  columns: number,
): AsyncGenerator<Stretch, void> {
  const merged = new Map<bigint, unknown[]>();
  for await (const { cells, rows } of sources) merge(merged, cells, rows);
  const keys = [...merged.keys()].sort((a, b) => (a < b ? -1 : 1));
  const rows = keys.map((one) => merged.get(one)!);
  const cells = Array.from({ length: columns }, (_, i) => rows.map((row) => row[i]));
  yield { cells, from: 0, to: rows.length };
}

function merge(merged: Map<bigint, unknown[]>, [keys, ...cells]: readonly Cells[], rows: number): void {
  for (let at = 0; at < rows; at++) {
    const key = BigInt(keys![at] as bigint);
    let row = merged.get(key);
    if (row === undefined) {
      row = new Array<unknown>(cells.length).fill(null);
      merged.set(key, row);
    }
    for (const [i, values] of cells.entries()) row[i] = values[at] ?? row[i];
  }
}
