import type { Journal } from '../journal/index.ts';

/**
 * What was found in the journal of a run that was cut off, for people.
 * @param rows that were taken from it
 */
export function journalNotes(path: string, journal: Journal | null, rows: number): string[] {
  if (journal === null) return [];
  const { tornBytes, unfinished, damaged, missing } = journal.report;
  const notes: string[] = [];
  if (rows > 0) notes.push(`${rows.toLocaleString('en-US')} rows come from the journal of ${path}`);
  if (tornBytes > 0 || unfinished !== null) {
    notes.push(
      'a commit that was being written when its process ended is left out: none of it was confirmed',
    );
  }
  for (const { file, position, bytes, reason, after } of damaged) {
    notes.push(
      `${bytes} bytes of ${file} from byte ${position} on are damaged (${reason}): commits after ${after} are lost`,
    );
  }
  for (const { from, to } of missing) notes.push(`commits ${from} to ${to} are missing`);
  return notes;
}
