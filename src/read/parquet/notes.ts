import type { Contents } from './contents.ts';

/** What was found in the journal of a run that was cut off, for people. */
export function journalNotes(contents: Contents): string[] {
  const { journal } = contents.folder;
  if (journal === null) return [];
  const { tornBytes, unfinished, damaged, missing } = journal.report;
  const notes: string[] = [];
  const rows = contents.recovered();
  if (rows > 0)
    notes.push(`${rows.toLocaleString('en-US')} rows come from the journal of ${contents.folder.path}`);
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
  for (const { from, to } of missing)
    notes.push(from === to ? `commit ${from} is lost` : `commits ${from} to ${to} are lost`);
  return notes;
}
