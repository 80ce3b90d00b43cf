import type { JournalReport } from '../../journal/index.ts';
import { type Checks, counted } from './checks.ts';

const CHECK = 'journal';

/**
 * Says what is wrong with a journal. A torn end and a commit that was never closed are not: both are what a kill
 * leaves, and hold nothing that was confirmed.
 * @param held commits up to this number are in files
 */
export function checkJournal(report: JournalReport, held: number, runId: string, checks: Checks): void {
  checks.check(CHECK, `${counted(report.commits, 'commit')} in ${counted(report.segments, 'segment')}`);
  if (report.runId !== null && report.runId !== runId) {
    checks.problem(CHECK, `it is that of run ${report.runId}`);
  }
  for (const { file, position, bytes, reason } of report.damaged) {
    checks.problem(CHECK, `${file}: ${counted(bytes, 'byte')} from byte ${position} on are lost: ${reason}`);
  }
  for (const { from, to } of lostCommits(report, held)) {
    checks.problem(CHECK, from === to ? `commit ${from} is lost` : `commits ${from} to ${to} are lost`);
  }
}

/** Numbers of commits that are in no file, and are missing before others that are there. */
export function lostCommits(
  { firstCommit, missing }: JournalReport,
  held: number,
): { from: number; to: number }[] {
  const before = firstCommit > held + 1 ? [{ from: held + 1, to: firstCommit - 1 }] : [];
  return [...before, ...missing.map(({ from, to }) => ({ from: Math.max(from, held + 1), to }))].filter(
    ({ from, to }) => from <= to,
  );
}
