import type { StorageBackend } from '../../backends/backend.ts';
import type { Journal, JournalReport } from '../../journal/index.ts';
import type { TablePlan } from '../../schema/plan.ts';
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

/** Has a backend record once more what the journal has of commits above `held`, tables without rows included. */
export function replayJournal(
  journal: Journal,
  held: number,
  backend: Pick<StorageBackend, 'createTable' | 'write'>,
): void {
  const known = new Set<TablePlan>();
  const add = (plan: TablePlan) => {
    if (!known.has(plan)) backend.createTable(plan);
    known.add(plan);
  };
  for (const commit of journal.commits(held)) {
    for (const { plan } of commit.tables) add(plan);
    backend.write(commit);
  }
  for (const plan of journal.plans) add(plan);
}

/** What is told of files that a run had left although it had ended. */
export function leftNotes(files: number, dryRun: boolean): string[] {
  if (files === 0) return [];
  return [`${counted(files, 'file')} of its writing ${dryRun ? 'are left' : 'were left, and are gone'}`];
}
