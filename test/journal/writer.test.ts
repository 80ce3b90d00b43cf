import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Commit } from '../../src/backends/commit.ts';
import { array, defineTable, f64, i64, json, u8, utf8 } from '../../src/index.ts';
import { JournalWriter, readJournal, segmentsIn } from '../../src/journal/index.ts';
import { emptyCommit, freshFolder, Journaled, replay, whole } from './support.ts';

const Sample = defineTable('sample', { value: f64() });
const Event = defineTable('event', { text: utf8(), data: json({ nullable: true }) });

it('holds the rows of all tables of a commit, or none', () => {
  const { folder, backend, writer } = new Journaled();
  const sample = writer.open(Sample);
  const event = writer.open(Event);
  for (let i = 0; i < 10_000; i++) {
    sample.append({ value: i });
    if (i % 10 === 0) event.append({ text: `event ${i}`, data: i % 20 === 0 ? { at: i } : null });
  }
  writer.flush();
  const { commits, report } = replay(folder);
  expect(whole(commits)).toEqual(backend.commits);
  expect(report.commits).toBe(1);
});

it('writes a commit of a few columns in one record', () => {
  const { folder, writer } = new Journaled();
  const { append } = writer.open(Sample);
  for (let i = 0; i < 4096; i++) append({ value: i });
  writer.flush();
  const { commits } = replay(folder);
  expect(commits).toHaveLength(1);
  // Columns as they are: 8 bytes a row, and little beside.
  expect(statSync(join(folder, segmentsIn(folder)[0]!)).size).toBeLessThan(4096 * 8 + 1000);
});

it('keeps the bits of numbers that JavaScript may change', () => {
  const { folder, backend, writer, journal } = new Journaled();
  const { append } = writer.open(Sample);
  const seen: bigint[] = [];
  backend.onWrite = (commit) => {
    const { views, layout, from } = commit.tables[0]!.slices[0]!;
    views.U64[layout.fields[0]!.start + from] = 0x7ff8_dead_beef_0001n;
    journal.append(commit);
  };
  append({ value: 1 });
  writer.flush();
  using read = readJournal(folder);
  for (const { tables } of read.commits()) {
    const { views, layout, from } = tables[0]!.slices[0]!;
    seen.push(views.U64[layout.fields[0]!.start + from]!);
  }
  expect(seen).toEqual([0x7ff8_dead_beef_0001n]);
});

it('gives back ids, rows behind a first part of a segment, and columns that came later', () => {
  const { folder, backend, writer } = new Journaled();
  const { append } = writer.open(Sample);
  for (let i = 0; i < 30; i++) {
    append({ value: i });
    if (i % 7 === 0) writer.flush();
  }
  writer.flush();
  const commits = whole(replay(folder).commits);
  expect(commits).toEqual(backend.commits);
  expect(commits.at(-1)!.tables[0]!.rows[0]).toEqual({ id: 30, value: 29 });
});

describe('a value larger than the buffer', () => {
  it('goes through it in pieces', () => {
    const { folder, backend, writer, journal } = new Journaled({ bufferBytes: 4096 });
    const text = 'plume '.repeat(200_000);
    const { append } = writer.open(
      defineTable('large', { text: utf8(), data: json(), list: array('f64', 5000), flag: u8() }),
    );
    append({ text, data: { text }, list: Float64Array.from({ length: 5000 }, (_, i) => i), flag: 7 });
    append({ text: '', data: null, list: new Float64Array(5000), flag: 8 });
    writer.flush();
    expect(whole(replay(folder).commits)).toEqual(backend.commits);
    // What it needed for the large text is let go with the next commit.
    append({ text: '', data: null, list: new Float64Array(5000), flag: 9 });
    writer.flush();
    expect(journal.memory).toBeLessThan(2 ** 20);
  });
});

describe('segments', () => {
  it('follow one another, and are deleted once all their commits are held elsewhere', () => {
    const { folder, backend, writer, journal } = new Journaled({ segmentBytes: 2000 });
    const { append } = writer.open(Sample);
    for (let commit = 1; commit <= 20; commit++) {
      for (let i = 0; i < 30; i++) append({ value: commit });
      writer.flush();
    }
    const before = segmentsIn(folder).length;
    expect(before).toBeGreaterThan(3);
    const bytes = journal.bytes;
    journal.release(10);
    const after = segmentsIn(folder);
    expect(after.length).toBeLessThan(before);
    expect(journal.bytes).toBeLessThan(bytes);
    // The first that is left begins at or before commit 11, and can be read without those that are gone.
    const { commits, report } = replay(folder, 10);
    expect(whole(commits)).toEqual(backend.commits.filter(({ number }) => number > 10));
    expect(report.firstCommit).toBeLessThanOrEqual(11);
    expect(report).toMatchObject({ lastCommit: 20, missing: [], damaged: [] });
    journal.release(20);
    expect(segmentsIn(folder)).toEqual([]);
    expect(journal.bytes).toBe(0);
    append({ value: 21 });
    writer.flush();
    expect(whole(replay(folder).commits)).toEqual([backend.commits.at(-1)]);
    journal.close({ remove: true });
    expect(existsSync(folder)).toBe(false);
  });

  it('that hold a part of an open commit stay', () => {
    const { folder, journal } = new Journaled({ segmentBytes: 1 });
    journal.append(emptyCommit(1));
    journal.append({ ...emptyCommit(2), open: true });
    journal.release(1);
    journal.append({ ...emptyCommit(2) });
    expect(replay(folder).report).toMatchObject({
      commits: 1,
      firstCommit: 2,
      lastCommit: 2,
      unfinished: null,
    });
  });
});

describe('a commit of several parts', () => {
  const part = (number: number, open: boolean, parts: Commit[]): Commit => ({
    number,
    open,
    tables: parts[0]!.tables,
  });

  /** Appends parts with one row each, as they were told: [number, open] or 'abandon'. */
  function appended(...steps: (readonly [number, boolean] | 'abandon')[]): ReturnType<typeof replay> {
    const { folder, backend, writer, journal } = new Journaled();
    const { append } = writer.open(Sample);
    let next: readonly [number, boolean] = [0, false];
    backend.onWrite = (commit) => journal.append(part(...next, [commit]));
    for (const [value, step] of steps.entries()) {
      if (step === 'abandon') {
        journal.abandon();
        continue;
      }
      next = step;
      append({ value });
      writer.flush();
    }
    return replay(folder);
  }
  const values = ({ commits }: ReturnType<typeof replay>) =>
    whole(commits).map(({ number, tables }) => [
      number,
      ...tables.flatMap(({ rows }) => rows.map((row) => row.value)),
    ]);

  it('counts once its last part is there', () => {
    const found = appended([1, true], [1, true], [1, false], [2, false]);
    expect(values(found)).toEqual([
      [1, 0, 1, 2],
      [2, 3],
    ]);
    expect(found.commits.map(({ open }) => open)).toEqual([true, true, false, false]);
  });

  it('counts for nothing where the last part is missing', () => {
    const found = appended([1, false], [2, true], [2, true]);
    expect(values(found)).toEqual([[1, 0]]);
    expect(found.report).toMatchObject({ unfinished: { number: 2, parts: 2 }, damaged: [], missing: [] });
  });

  it('counts for nothing once it was abandoned, and its number is given again', () => {
    const found = appended([1, true], [1, true], 'abandon', [1, true], [1, false], 'abandon', [2, false]);
    expect(values(found)).toEqual([
      [1, 3, 4],
      [2, 6],
    ]);
    expect(found.report).toMatchObject({ unfinished: null, damaged: [], missing: [] });
  });
});

it('takes a commit once, however often the backend has to try', () => {
  const { folder, backend, writer, journal } = new Journaled();
  const { append } = writer.open(Sample);
  let attempts = 0;
  backend.onWrite = (commit) => {
    journal.append(commit);
    if (++attempts < 3) throw Object.assign(new Error('busy'), { code: 'EBUSY' });
  };
  append({ value: 1 });
  writer.flush();
  expect(attempts).toBe(3);
  expect(whole(replay(folder).commits)).toEqual(backend.commits);
});

it('refuses a folder that holds the journal of another run', () => {
  const { folder, journal } = new Journaled();
  journal.append(emptyCommit(1));
  journal.close({ remove: false });
  expect(() => new JournalWriter(folder, { runId: 'next', durability: 'process' })).toThrow(
    expect.objectContaining({ tag: 'CannotOpen', message: expect.stringContaining('recover it first') }),
  );
});

it('with durability power, writes the same', () => {
  const { folder, backend, writer } = new Journaled({ durability: 'power' });
  const { append } = writer.open(defineTable('count', { value: i64() }));
  for (let value = 0; value < 3; value++) {
    append({ value });
    writer.flush();
  }
  expect(whole(replay(folder).commits)).toEqual(backend.commits);
});

it('reads a folder that is not there as an empty journal', () => {
  const { commits, report } = replay(freshFolder());
  expect(commits).toEqual([]);
  expect(report).toMatchObject({ runId: null, segments: 0, bytes: 0, commits: 0, tornBytes: 0 });
});

it('is read as it was when it was opened, though its segments are deleted', () => {
  const { folder, writer, backend, journal } = new Journaled({ segmentBytes: 1000 });
  const { append } = writer.open(Sample);
  for (let value = 0; value < 50; value++) {
    append({ value });
    writer.flush();
  }
  using read = readJournal(folder);
  journal.close({ remove: true });
  expect(readdirSync(join(folder, '..'))).not.toContain(folder);
  expect([...read.commits()]).toHaveLength(backend.commits.length);
});
