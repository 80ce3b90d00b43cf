import type { JournalReport } from '../../journal/index.ts';
import { counted } from '../verify/checks.ts';
import { lostCommits } from '../verify/journal.ts';

/**
 * What a journal has lost of the commits that are in no file, in words.
 * @param held commits up to this number are in files
 */
export function journalLosses(report: JournalReport, held: number): string[] {
  const lost = lostCommits(report, held);
  const losses = lost.map(({ from, to }) =>
    from === to
      ? `commit ${from}, which is damaged or missing`
      : `commits ${from} to ${to}, which are damaged or missing`,
  );
  for (const { file, position, bytes, reason, after } of report.damaged) {
    // Behind the last whole commit nobody knows what there was.
    if (after < report.lastCommit) continue;
    losses.push(
      `${counted(bytes, 'byte')} of ${file} from byte ${position} on, and what they held: ${reason}`,
    );
  }
  return losses;
}

/** What else there is to know of a journal: nothing that was confirmed is lost by it. */
export function journalNotes(report: JournalReport, held: number): string[] {
  const notes: string[] = [];
  if (report.tornBytes > 0) {
    notes.push(
      `the last ${counted(report.tornBytes, 'byte')} of the journal are a commit that was not written to its end, so that nothing of it was confirmed`,
    );
  }
  if (report.unfinished !== null) {
    notes.push(`commit ${report.unfinished.number} was still open, so that nothing of it was confirmed`);
  }
  const harmless = report.damaged.filter(({ after }) => after < report.lastCommit);
  if (harmless.length > 0 && lostCommits(report, held).length === 0) {
    notes.push(
      `${counted(harmless.length, 'stretch')} of the journal damaged, all of whose rows are in files`,
    );
  }
  return notes;
}
