import { describe, expect, it } from 'vitest';
import { bytes as binary, defineTable, i32, json, utf8 } from '../../src/index.ts';
import type { WrittenCommit } from '../support/memory-backend.ts';
import { Journaled, onlySegment, replay, whole } from './support.ts';

const Note = defineTable('note', { text: utf8({ nullable: true }) });
const Sample = defineTable('sample', { n: i32(), extra: json() });

/** A small journal of commits of two tables, each in two records. */
function smallJournal(count = 5): {
  folder: string;
  commits: readonly WrittenCommit[];
  ends: readonly number[];
} {
  const { folder, backend, writer, journal } = new Journaled({ bufferBytes: 64 });
  const note = writer.open(Note);
  const sample = writer.open(Sample);
  const ends: number[] = [];
  for (let commit = 1; commit <= count; commit++) {
    note.append({ text: commit === 2 ? null : `commit ${commit}` });
    for (let n = 0; n < (commit === 4 ? 3 : 1); n++) sample.append({ n: commit * 10 + n, extra: [commit] });
    writer.flush();
    ends.push(journal.bytes);
  }
  journal.close({ remove: false });
  return { folder, commits: backend.commits, ends };
}

it('cut at any byte, it has all commits before and nothing of what comes after', () => {
  const { folder, commits, ends } = smallJournal();
  const { bytes, put } = onlySegment(folder);
  expect(bytes.length).toBe(ends.at(-1));
  for (let length = 0; length <= bytes.length; length++) {
    put(bytes.subarray(0, length));
    const found = replay(folder);
    const intact = ends.filter((end) => end <= length).length;
    expect(whole(found.commits), `${length} bytes`).toEqual(commits.slice(0, intact));
    expect(found.report.damaged).toEqual([]);
    expect(found.report.lastCommit).toBe(intact);
  }
});

it('with any bit flipped, it has rows as they were or not at all, and reports it', () => {
  const { folder, commits, ends } = smallJournal(2);
  const { bytes, put } = onlySegment(folder);
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const flipped = bytes.slice();
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    put(flipped);
    const { commits: found, report } = replay(folder);
    const known = new Map(commits.map((commit) => [commit.number, commit]));
    for (const commit of whole(found)) expect(commit, `bit ${bit}`).toEqual(known.get(commit.number));
    expect(report.damaged.length, `bit ${bit}`).toBeGreaterThan(0);
    // What stands before the damage is all there.
    const intact = ends.filter((end) => end <= bit >> 3).length;
    expect(
      found.filter(({ number, open }) => !open && number <= intact),
      `bit ${bit}`,
    ).toHaveLength(intact);
  }
});

describe('damage in the middle', () => {
  it('loses the commit that it hits, and says which; later ones are read', () => {
    const { folder, commits, ends } = smallJournal();
    const { bytes, put } = onlySegment(folder);
    const hit = bytes.slice();
    hit[ends[2]! - 20]! ^= 0xff;
    put(hit);
    const { commits: found, report } = replay(folder);
    expect(whole(found)).toEqual(commits.filter(({ number }) => number !== 3));
    expect(report.missing).toEqual([{ from: 3, to: 3 }]);
    expect(report.damaged).toMatchObject([{ after: 2, file: 'journal-00000001.log' }]);
    expect(report).toMatchObject({ commits: 4, firstCommit: 1, lastCommit: 5, tornBytes: 0 });
  });

  it('loses a whole commit where one of its records is hit', () => {
    const { folder, commits, ends } = smallJournal();
    const { bytes, put } = onlySegment(folder);
    const hit = bytes.slice();
    hit[ends[2]! + 60]! ^= 1;
    put(hit);
    const { commits: found, report } = replay(folder);
    expect(whole(found)).toEqual(commits.filter(({ number }) => number !== 4));
    expect(report.missing).toEqual([{ from: 4, to: 4 }]);
  });

  it('is no record where one was copied to another place', () => {
    const { folder, commits, ends } = smallJournal();
    const { bytes, put } = onlySegment(folder);
    // The last commit once more: its checksums are right.
    put(Buffer.concat([bytes, bytes.subarray(ends[3]!)]));
    const { commits: found, report } = replay(folder);
    expect(whole(found)).toEqual(commits);
    expect(report.damaged).toHaveLength(1);
  });
});

it('a journal that was recorded as bytes, in a damaged record, gives no rows', () => {
  const inner = smallJournal();
  const recorded = onlySegment(inner.folder).bytes;
  const { folder, writer, journal } = new Journaled();
  const { append } = writer.open(defineTable('file', { content: binary() }));
  append({ content: recorded });
  writer.flush();
  const end = journal.bytes;
  journal.close({ remove: false });
  const { bytes, put } = onlySegment(folder);
  const hit = bytes.slice();
  hit[end - 8]! ^= 1;
  put(hit);
  expect(replay(folder)).toMatchObject({ commits: [], report: { commits: 0, damaged: [{}] } });
});
