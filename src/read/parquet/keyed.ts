import type { TablePlan } from '../../schema/plan.ts';
import { journalPieces } from '../journal-rows.ts';
import type { KeyedRows } from '../keyed.ts';
import { Turns } from '../turns.ts';
import type { Condition } from '../where/conditions.ts';
import type { Contents } from './contents.ts';

/** The rows of a table with a key, as they were recorded: the key, then the columns. */
export async function* keyedRows(
  contents: Contents,
  { name, key }: TablePlan,
  names: readonly string[],
  conditions: readonly Condition[],
): AsyncGenerator<KeyedRows, void> {
  const wanted = [key!, ...names];
  const turns = new Turns();
  for (const file of await contents.openAll(name, conditions)) {
    yield { cells: await file.read(wanted, 0, file.rows), rows: file.rows };
    await turns.next();
  }
  const { journal } = contents.folder;
  if (journal === null || !contents.hasJournalRows(name)) return;
  for (const piece of journalPieces(journal, contents, name, wanted)) {
    yield { cells: await piece.read(wanted, 0, piece.rows), rows: piece.rows };
  }
}
