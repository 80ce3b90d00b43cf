export { Journal, readJournal, segmentsIn } from './journal.ts';
export type { Damage, JournalReport } from './survey.ts';
export { type JournalOptions, JournalWriter } from './writer.ts';
