import type { Journal } from '../journal/index.ts';

/**
 * What was found in the journal of a run that was cut off, for people.
 * @param held the last commit that the files of the run hold
 * @param rows that were taken from the journal
 */
export function journalNotes(path: string, journal: Journal | null, held: number, rows: number): string[] {
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
      `${bytes} bytes of ${file} from byte ${position} on are damaged, behind commit ${after}: ${reason}`,
    );
  }
  for (const { from, to } of missing) {
    if (to <= held) continue;
    const which = from === to ? `commit ${from} is` : `commits ${from} to ${to} are`;
    notes.push(`${which} not in the journal: what no file has of them is lost`);
  }
  return notes;
}
