import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRecorder } from '../../src/index.ts';
import { openRecording, recover, verify } from '../../src/read/index.ts';

const PROGRAM = fileURLToPath(new URL('./programs/until-full.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'simtape-faults-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Report {
  confirmed: number;
  failure: string;
  errors: string[];
  sample: { submitted: number; written: number; failed: number };
}

/** Backends, what a recording is called, the most bytes of a file (in units of 512), and how its values are read. */
const BACKENDS = [
  { backend: 'sqlite', name: 'full.db', limit: 4096, read: readSqlite },
  { backend: 'parquet', name: 'full', limit: 512, read: readParquet },
  { backend: 'hdf5', name: 'full.h5', limit: 512, read: readHdf5 },
];

async function readSqlite(path: string): Promise<unknown[]> {
  const database = new DatabaseSync(path);
  expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
  const rows = database.prepare('SELECT value FROM sample ORDER BY id').all();
  database.close();
  return rows.map(({ value }) => value);
}

async function readParquet(path: string): Promise<unknown[]> {
  // Where there is room for it, closing has finished the run already.
  expect(await recover(path)).toMatchObject({ losses: [] });
  expect((await verify(path)).checks.flatMap(({ problems }) => problems)).toEqual([]);
  const values: unknown[] = [];
  for (const name of readdirSync(join(path, 'tables')).sort()) {
    const file = await asyncBufferFromFile(join(path, 'tables', name));
    for (const { value } of await parquetReadObjects({ file, compressors })) values.push(value);
  }
  return values;
}

async function readHdf5(path: string): Promise<unknown[]> {
  // What the file and the journal hold is seen as it is, and where there is room for it, in one file.
  expect(await recover(path)).toMatchObject({ losses: [] });
  expect((await verify(path)).checks.flatMap(({ problems }) => problems)).toEqual([]);
  using reader = await openRecording(path);
  const { value } = await reader.table('sample').columns({ select: ['value'] });
  return [...(value!.values as Float64Array)];
}

/** All that was confirmed is there, in order, in a sound recording, and the counters say what was lost. */
function expectCommittedRows(values: readonly unknown[], report: Report): void {
  const { confirmed, failure, errors, sample } = report;
  expect(confirmed).toBeGreaterThan(0);
  expect(failure).toMatch(/rows could not be written/);
  expect(errors).toHaveLength(1);
  expect(errors[0]).toMatch(/what was committed before is safe/);
  expect(sample.written + sample.failed).toBe(sample.submitted);
  expect(values).toHaveLength(sample.written);
  expect(values.length).toBeGreaterThanOrEqual(confirmed);
  expect(values.findIndex((value, row) => value !== row)).toBe(-1);
}

describe.each(BACKENDS)(
  'a write error in the middle of a file of $backend (EFBIG, as an I/O error)',
  (one) => {
    it('is a WriteFailed, and keeps what was committed', async () => {
      const path = join(folder, `limited-${one.name}`);
      // For this process and no other.
      const command = `ulimit -f ${one.limit}; exec "${process.execPath}" "${PROGRAM}" "${path}" ${one.backend}`;
      const done = spawnSync('sh', ['-c', command], { encoding: 'utf8', timeout: 60_000 });
      expect(done.status, done.stderr).toBe(0);
      expectCommittedRows(await one.read(path), JSON.parse(done.stdout) as Report);
    });
  },
);

/** Mounting needs rights that not every machine gives; where it does not, the test above stands alone. */
function mount(target: string, options: string): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', target]).status === 0;
}

const small = mkdtempSync(join(tmpdir(), 'simtape-small-'));
const mounted = process.platform === 'linux' && mount(small, 'size=2m');
afterAll(() => {
  if (mounted) spawnSync('umount', ['-l', small]);
  rmSync(small, { recursive: true, force: true });
});

describe.runIf(mounted)('on a small file system', () => {
  beforeAll(() => {
    expect(existsSync(small)).toBe(true);
  });

  it.each(BACKENDS)(
    'a full disk is a WriteFailed of $backend that says so, and keeps what was committed',
    async (one) => {
      const path = join(small, one.name);
      const done = spawnSync(process.execPath, [PROGRAM, path, one.backend], {
        encoding: 'utf8',
        timeout: 60_000,
      });
      expect(done.status, done.stderr).toBe(0);
      const report = JSON.parse(done.stdout) as Report;
      expect(report.errors[0]).toMatch(/full|ENOSPC/);
      // Room for the log of the connection that checks, and for what is recovered.
      spawnSync('mount', ['-o', 'remount,size=16m', small]);
      expectCommittedRows(await one.read(path), report);
      rmSync(path, { recursive: true });
      spawnSync('mount', ['-o', 'remount,size=2m', small]);
    },
  );

  it.each(BACKENDS)('a read-only place is refused by $backend at open', async ({ backend }) => {
    const path = join(small, 'there.db');
    await (await createRecorder({ path, backend: 'sqlite', thread: false })).close();
    spawnSync('mount', ['-o', 'remount,ro', small]);
    const refused = { tag: 'CannotOpen', message: expect.stringMatching(/not writable|read-only/) };
    await expect(
      createRecorder({ path: join(small, backend === 'hdf5' ? 'new.h5' : 'new.db'), backend }),
    ).rejects.toMatchObject(refused);
    if (backend === 'sqlite') await expect(createRecorder({ path, backend })).rejects.toMatchObject(refused);
    spawnSync('mount', ['-o', 'remount,rw', small]);
  });
});
