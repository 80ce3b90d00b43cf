export { Journal, readJournal, segmentsIn } from './journal.ts';
export type { JournalReport } from './survey.ts';
export { JournalWriter } from './writer.ts';
