import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bytes, defineTable } from '../../src/index.ts';
import { Journaled, replay, whole } from './support.ts';

/** Mounting needs rights that not every machine gives. */
const small = mkdtempSync(join(tmpdir(), 'simtape-small-'));
const mounted =
  process.platform === 'linux' &&
  spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', small]).status === 0;
afterAll(() => {
  if (mounted) spawnSync('umount', ['-l', small]);
  rmSync(small, { recursive: true, force: true });
});

describe.runIf(mounted)('on a small file system', () => {
  it('a commit that finds no room leaves the ones before and those after it whole', () => {
    const { folder, backend, writer } = new Journaled({ bufferBytes: 65_536 }, join(small, 'journal'));
    const { append } = writer.open(defineTable('blob', { content: bytes() }));
    for (const size of [100_000, 300_000, 2_000_000, 100_000]) {
      append({ content: new Uint8Array(size).fill(size % 251) });
      writer.flush();
      if (size === 2_000_000) {
        expect(writer.reported).toMatchObject([{ tag: 'WriteFailed' }]);
      }
    }
    const { commits, report } = replay(folder);
    expect(whole(commits)).toEqual(backend.commits);
    expect(report).toMatchObject({ commits: 2, tornBytes: 0, damaged: [] });
  });

  it('takes the commit that found no room once there is some', () => {
    spawnSync('mount', ['-o', 'remount,size=4m', small]);
    const { folder, journal, backend, writer } = new Journaled({}, join(small, 'again'));
    const { append } = writer.open(defineTable('blob', { content: bytes() }));
    const failures: string[] = [];
    backend.onWrite = (commit) => {
      try {
        journal.append(commit);
      } catch (error) {
        failures.push((error as NodeJS.ErrnoException).code!);
        spawnSync('mount', ['-o', 'remount,size=32m', small]);
        throw error;
      }
    };
    for (const size of [10, 5_000_000, 20]) {
      append({ content: new Uint8Array(size).fill(7) });
      writer.flush();
    }
    expect(failures).toEqual(['ENOSPC']);
    expect(backend.commits).toHaveLength(3);
    expect(whole(replay(folder).commits)).toEqual(backend.commits);
  });
});
