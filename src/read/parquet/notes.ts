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
  for (const { from, to } of missing) {
    if (to <= contents.folder.manifest.lastCommitHeld) continue;
    const which = from === to ? `commit ${from} is` : `commits ${from} to ${to} are`;
    notes.push(`${which} not in the journal: what no file has of them is lost`);
  }
  return notes;
}
