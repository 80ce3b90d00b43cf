import type { TablePlan } from '../../schema/plan.ts';
import type { Cells, Stretch } from '../pieces.ts';
import type { Contents } from './contents.ts';
import { journalPieces } from './journal-rows.ts';
import { Turns } from './turns.ts';

/**
 * The rows of a table with a key, in the order of their keys. Several rows of a key make one: of each column the last
 * value that is not null counts.
 */
export async function* keyedRows(
  contents: Contents,
  { name, key }: TablePlan,
  names: readonly string[],
  limit: number,
): AsyncGenerator<Stretch, void> {
  const merged = new Map<bigint, unknown[]>();
  const wanted = [key!, ...names];
  const files = await contents.openAll(name);
  const turns = new Turns();
  for (const file of files) {
    merge(merged, await file.read(wanted, 0, file.rows), file.rows);
    await turns.next();
  }
  const { journal } = contents.folder;
  if (journal !== null && contents.hasJournalRows(name)) {
    for (const piece of journalPieces(journal, contents, name, wanted)) {
      merge(merged, await piece.read(wanted, 0, piece.rows), piece.rows);
    }
  }
  const keys = [...merged.keys()].sort((a, b) => (a < b ? -1 : 1)).slice(0, limit);
  const rows = keys.map((one) => merged.get(one)!);
  yield { cells: names.map((_, i) => rows.map((row) => row[i])), from: 0, to: rows.length };
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
