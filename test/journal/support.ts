import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { Commit } from '../../src/backends/commit.ts';
import { type JournalReport, JournalWriter, readJournal, segmentsIn } from '../../src/journal/index.ts';
import type { JournalOptions } from '../../src/journal/writer.ts';
import { FakeWriter } from '../support/fake-writer.ts';
import { MemoryBackend, type WrittenCommit } from '../support/memory-backend.ts';

const root = mkdtempSync(join(tmpdir(), 'simtape-journal-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;

/** A folder that is not there yet. */
export function freshFolder(): string {
  return join(root, String(++folders));
}

/** A recorder's real drain, whose commits go into a journal and, read through `readValue`, into memory. */
export class Journaled {
  readonly folder: string;
  readonly journal: JournalWriter;
  readonly backend: MemoryBackend = new MemoryBackend();
  readonly writer: FakeWriter;

  constructor(options: Partial<JournalOptions> = {}, folder: string = freshFolder()) {
    this.folder = folder;
    this.journal = new JournalWriter(folder, { runId: 'run', durability: 'process', ...options });
    this.backend.onWrite = (commit) => this.journal.append(commit);
    this.writer = new FakeWriter({ backend: this.backend, diligence: 'asleep' });
  }
}

/** What a journal gives: its commits as a backend would read them, and the report. */
export function replay(folder: string, after = 0): { commits: WrittenCommit[]; report: JournalReport } {
  using journal = readJournal(folder);
  const backend = new MemoryBackend();
  for (const commit of journal.commits(after)) {
    for (const { plan } of commit.tables) backend.createTable(plan);
    backend.write(commit);
  }
  return { commits: backend.commits, report: journal.report };
}

/** Commits of the same number as one, without tables that have no rows. */
export function whole(commits: readonly WrittenCommit[]): WrittenCommit[] {
  const joined: WrittenCommit[] = [];
  for (const { number, open, tables } of commits) {
    const last = joined.at(-1)?.number === number ? joined.pop()! : null;
    const rows = new Map((last?.tables ?? []).map((table) => [table.name, table.rows]));
    for (const table of tables) rows.set(table.name, [...(rows.get(table.name) ?? []), ...table.rows]);
    joined.push({ number, open, tables: [...rows].map(([name, rows]) => ({ name, rows })) });
  }
  return joined;
}

/** A commit with no rows. */
export function emptyCommit(number: number): Commit {
  return { number, open: false, tables: [] };
}

/** The only segment of a journal, and a way to put other bytes in its place. */
export function onlySegment(folder: string): { bytes: Uint8Array; put: (bytes: Uint8Array) => void } {
  const [name, ...more] = segmentsIn(folder);
  if (name === undefined || more.length > 0) throw new Error(`${folder} has no single segment`);
  const path = join(folder, name);
  return { bytes: new Uint8Array(readFileSync(path)), put: (bytes) => writeFileSync(path, bytes) };
}
