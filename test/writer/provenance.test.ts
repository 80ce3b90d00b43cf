import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { canonicalJson, findCommit, makeRunId } from '../../src/writer/provenance.ts';

const folder = mkdtempSync(join(tmpdir(), 'simtape-provenance-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const git = (cwd: string, ...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', ...args], {
    cwd,
    encoding: 'utf8',
  }).trim();

describe('findCommit', () => {
  it('names what git names: on a branch, packed, detached, below the top, in a work tree', () => {
    const repository = join(folder, 'repository');
    mkdirSync(join(repository, 'deep', 'er'), { recursive: true });
    git(repository, 'init', '-q', '-b', 'main');
    expect(findCommit(repository)).toBeNull();
    writeFileSync(join(repository, 'file'), '1');
    git(repository, 'add', '.');
    git(repository, 'commit', '-q', '-m', 'one');
    const head = git(repository, 'rev-parse', 'HEAD');
    expect(findCommit(join(repository, 'deep', 'er'))).toBe(head);
    git(repository, 'pack-refs', '--all');
    expect(findCommit(repository)).toBe(head);
    git(repository, 'worktree', 'add', '-q', join(folder, 'tree'), '-b', 'other');
    expect(findCommit(join(folder, 'tree'))).toBe(head);
    git(repository, 'checkout', '-q', '--detach');
    expect(findCommit(repository)).toBe(head);
  });

  it('is null outside a repository', () => {
    expect(findCommit(folder)).toBeNull();
  });
});

describe('canonicalJson', () => {
  it('does not depend on the order of keys, at any depth', () => {
    expect(canonicalJson({ b: [{ d: 1, c: 2 }], a: 10n })).toBe(
      canonicalJson({ a: 10n, b: [{ c: 2, d: 1 }] }),
    );
    expect(canonicalJson([1, 2])).not.toBe(canonicalJson([2, 1]));
  });
});

describe('makeRunId', () => {
  it('has the local time and four characters of chance', () => {
    expect(makeRunId(new Date(2026, 0, 2, 3, 4, 5))).toMatch(/^run_20260102_030405_[0-9a-z]{4}$/);
  });
});
