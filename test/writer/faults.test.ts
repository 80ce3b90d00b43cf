import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRecorder } from '../../src/index.ts';

const PROGRAM = fileURLToPath(new URL('./programs/until-full.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'simtape-faults-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Report {
  confirmed: number;
  failure: string;
  errors: string[];
  closing: string;
  sample: { submitted: number; written: number; failed: number };
}

/** All that was confirmed is there, in order, in a sound file, and the counters say what was lost. */
function expectCommittedRows(path: string, report: Report): void {
  const { confirmed, failure, errors, sample } = report;
  expect(confirmed).toBeGreaterThan(0);
  expect(failure).toMatch(/rows could not be written/);
  expect(errors).toHaveLength(1);
  expect(errors[0]).toMatch(/what was committed before is safe/);
  expect(sample.written + sample.failed).toBe(sample.submitted);
  const database = new DatabaseSync(path);
  expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
  const { rows, wrong } = database
    .prepare('SELECT count(*) AS rows, sum(value <> id - 1) AS wrong FROM sample')
    .get() as { rows: number; wrong: number };
  expect(rows).toBe(sample.written);
  expect(rows).toBeGreaterThanOrEqual(confirmed);
  expect(wrong).toBe(0);
  database.close();
}

describe('a write error in the middle of a file (EFBIG, as an I/O error)', () => {
  it('is a WriteFailed, and keeps what was committed', () => {
    const path = join(folder, 'limited.db');
    // 2 MB in units of 512 bytes, for this process and no other.
    const command = `ulimit -f 4096; exec "${process.execPath}" "${PROGRAM}" "${path}"`;
    const done = spawnSync('sh', ['-c', command], { encoding: 'utf8', timeout: 60_000 });
    expect(done.status, done.stderr).toBe(0);
    expectCommittedRows(path, JSON.parse(done.stdout) as Report);
  });
});

/** Mounting needs rights that not every machine gives; where it does not, the test above stands alone. */
function mount(target: string, options: string): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', target]).status === 0;
}

const small = mkdtempSync(join(tmpdir(), 'simtape-small-'));
const mounted = process.platform === 'linux' && mount(small, 'size=2m');

describe.runIf(mounted)('on a small file system', () => {
  beforeAll(() => {
    expect(existsSync(small)).toBe(true);
  });
  afterAll(() => {
    spawnSync('umount', ['-l', small]);
    rmSync(small, { recursive: true, force: true });
  });

  it('a full disk is a WriteFailed that says so, and keeps what was committed', () => {
    const path = join(small, 'full.db');
    const done = spawnSync(process.execPath, [PROGRAM, path], { encoding: 'utf8', timeout: 60_000 });
    expect(done.status, done.stderr).toBe(0);
    const report = JSON.parse(done.stdout) as Report;
    expect(report.errors[0]).toContain('full');
    // Room for the log of the connection that checks.
    spawnSync('mount', ['-o', 'remount,size=16m', small]);
    expectCommittedRows(path, report);
  });

  it('a read-only place is refused at open', async () => {
    spawnSync('mount', ['-o', 'remount,ro', small]);
    const refused = { tag: 'CannotOpen', message: expect.stringMatching(/not writable/) };
    await expect(createRecorder({ path: join(small, 'new.db') })).rejects.toMatchObject(refused);
    await expect(createRecorder({ path: join(small, 'full.db') })).rejects.toMatchObject(refused);
  });
});
