import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createRecorder, defineTable, f64 } from '../../../src/index.ts';
import { readJournal } from '../../../src/journal/index.ts';
import { steps } from '../driver.ts';
import { rejection, scratch } from '../scratch.ts';
import { readOnlyPlace } from '../sqlite/read-only-place.ts';
import { Driver } from './driver.ts';
import { filesIn, hiddenFilesIn, readTable } from './read-run.ts';
import { freshRun, recordRun } from './run.ts';

const Sample = defineTable('sample', { value: f64() });
const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

function open(path: string): Promise<unknown> {
  return createRecorder({ backend: 'parquet', path, thread: false });
}

describe('refuses to record to', () => {
  it('a folder that holds a run', async () => {
    const folder = freshRun();
    await recordRun(folder, (recorder) => void recorder.table(Sample).append({ value: 1 }));
    const error = await rejection('CannotOpen', open(folder));
    expect(error.message).toMatch(/holds a run already; choose another runId or path/);
    expect(await readTable(folder, 'sample')).toHaveLength(1);
  });

  it('the same run a second time', async () => {
    const directory = scratch();
    const config = { backend: 'parquet', directory, runId: 'twice', thread: false } as const;
    const first = await createRecorder(config);
    const error = await rejection('CannotOpen', createRecorder(config));
    expect(error.message).toMatch(/twice/);
    await first.close();
  });

  it('a folder with something else in it', async () => {
    const folder = scratch();
    writeFileSync(join(folder, 'thesis.txt'), 'mine');
    const error = await rejection('CannotOpen', open(folder));
    expect(error.message).toMatch(/is not empty/);
    expect(filesIn(folder)).toEqual(['thesis.txt']);
  });

  it('a file', async () => {
    const path = join(scratch(), 'file');
    writeFileSync(path, 'mine');
    await rejection('CannotOpen', open(path));
    await rejection('CannotOpen', open(join(path, 'run')));
  });

  it('a place where no folder can be made', async () => {
    const error = await rejection('CannotOpen', open('/proc/flight'));
    expect(error.message).toMatch(/\/proc\/flight: the folder cannot be made/);
  });

  const place = readOnlyPlace();
  afterAll(() => place?.remove());
  it.skipIf(place === null)(`${place?.means}`, async () => {
    place!.seal();
    await rejection('CannotOpen', open(join(place!.folder, 'flight')));
  });
});

it('takes an empty folder', async () => {
  const folder = scratch();
  await recordRun(folder, (recorder) => void recorder.table(Sample).append({ value: 1 }));
  expect(await readTable(folder, 'sample')).toHaveLength(1);
});

describe('a file that cannot get its name', () => {
  function blocked(): { driver: Driver; obstacle: string } {
    const driver = new Driver();
    const obstacle = join(driver.folder, 'episodes', 'trajectory_ep_000001.parquet');
    mkdirSync(join(obstacle, 'inner'), { recursive: true });
    driver.commit(steps(1, 0, 10));
    driver.flight.steps.recordEpisode({ success: true }, 1);
    driver.flush();
    return { driver, obstacle };
  }

  it('gets it with the next commit, once it can', async () => {
    const { driver, obstacle } = blocked();
    expect(hiddenFilesIn(driver.folder)).toEqual(['episodes/.trajectory_ep_000001.parquet.tmp']);
    rmSync(obstacle, { recursive: true });
    driver.commit([...steps(1, 10, 12), ...steps(2, 0, 1)]);
    expect(hiddenFilesIn(driver.folder)).toEqual([]);
    driver.backend.close(1);
    const rows = await readTable(driver.folder, 'steps');
    expect(rows.map((row) => Number(row.step_number))).toEqual([...range(12), 0]);
  });

  it('refuses the next commit whole, which can be tried again', async () => {
    const { driver, obstacle } = blocked();
    expect(() => driver.commit(steps(2, 0, 4))).toThrow(/cannot be written any more/);
    rmSync(obstacle, { recursive: true });
    driver.backend.close(null);
    expect(await readTable(driver.folder, 'steps')).toHaveLength(10);
  });

  it('leaves its rows to the journal where the run ends before', async () => {
    const { driver } = blocked();
    expect(() => driver.backend.close(1)).toThrow(/ENOTEMPTY|EISDIR|EEXIST|EPERM/);
    using journal = readJournal(join(driver.folder, 'journal'));
    const counts = Array.from(
      journal.commits(0),
      ({ tables }) => tables.find(({ plan }) => plan.name === 'steps')?.rows,
    );
    expect(counts).toEqual([10, undefined]);
    expect(existsSync(join(driver.folder, 'run_metadata.parquet'))).toBe(false);
  });
});

/** A small disk of its own. Null where this process may not mount one. */
function smallDisk(): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'simtape-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', folder]).status === 0;
  if (mounted) return folder;
  rmSync(folder, { recursive: true });
  return null;
}

describe('a full disk', () => {
  const disk = smallDisk();
  const resize = (size: string) => spawnSync('mount', ['-o', `remount,size=${size}`, disk!]);
  afterAll(() => {
    if (disk === null) return;
    spawnSync('umount', ['-l', disk]);
    rmSync(disk, { recursive: true });
  });

  it.skipIf(disk === null)('stops cleanly, with every commit that was confirmed readable', async () => {
    const folder = join(disk!, 'stops');
    const recorder = await createRecorder({
      backend: 'parquet',
      path: folder,
      parquet: { rowGroupValues: 20_000 },
    });
    recorder.on('error', () => {});
    let confirmed = 0;
    let failure: unknown;
    while (failure === undefined) {
      for (let i = 0; i < 5000; i++) recorder.table(Sample).append({ value: Math.random() });
      await recorder.flush().then(
        () => {
          confirmed += 5000;
        },
        (error: unknown) => {
          failure = error;
        },
      );
    }
    expect(String(failure)).toMatch(/ENOSPC/);
    await recorder.close().catch(() => {});
    expect(confirmed).toBeGreaterThan(10_000);
    using journal = readJournal(join(folder, 'journal'));
    const journaled = Array.from(journal.commits(0), ({ tables }) => tables[0]!.rows);
    const inFiles = filesIn(folder).some((path) => path.startsWith('tables/s'))
      ? (await readTable(folder, 'sample')).length
      : 0;
    const inJournal = journaled.reduce((sum, rows) => sum + rows, 0);
    expect(Math.max(inFiles, inJournal)).toBeGreaterThanOrEqual(confirmed);
    rmSync(folder, { recursive: true });
  });

  it.skipIf(disk === null)('is waited for, and nothing is lost or there twice', async () => {
    resize('1m');
    const noise = () => ({ text: randomBytes(100).toString('hex') });
    const folder = join(disk!, 'waits');
    const driver = new Driver({ folder, durability: 'none', memoryBytes: 100_000 });
    let failures = 0;
    const write = driver.backend.write.bind(driver.backend);
    driver.backend.write = (commit) => {
      try {
        return write(commit);
      } catch (error) {
        failures++;
        expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC');
        resize('64m');
        throw error;
      }
    };
    for (const round of range(60)) driver.commit(steps(1, round * 200, round * 200 + 200), noise);
    expect(failures).toBeGreaterThan(0);
    driver.backend.close(1);
    const rows = await readTable(folder, 'steps');
    expect(rows.map((row) => Number(row.step_number))).toEqual(range(12_000));
  });
});

/** Gives the backend a commit whose JSON cannot be read. */
function commitUnreadable(driver: Driver): void {
  const { backend } = driver;
  const write = backend.write.bind(backend);
  const jsonText = () => {
    throw new Error('no such shape');
  };
  backend.write = (commit) => {
    backend.write = write;
    const tables = commit.tables.map((table) => ({
      ...table,
      slices: table.slices.map((slice) => ({ ...slice, jsonText })),
    }));
    return write({ ...commit, tables });
  };
  expect(() => driver.commit(steps(1, 10, 20), { action: { turn: 1 } })).toThrow('no such shape');
}

it('takes nothing of a commit that the journal cannot take, and keeps the earlier ones', async () => {
  const driver = new Driver();
  driver.commit(steps(1, 0, 10));
  commitUnreadable(driver);
  driver.backend.close(null);
  expect((await readTable(driver.folder, 'steps')).map((row) => row.v)).toEqual(range(10));
});

it('names no file that would hold half a commit', () => {
  const driver = new Driver({ durability: 'none' });
  driver.commit(steps(1, 0, 10));
  commitUnreadable(driver);
  expect(() => driver.backend.write({ number: 2, open: false, tables: [] })).toThrow('no such shape');
  expect(() => driver.backend.close(null)).toThrow('no such shape');
  expect(filesIn(driver.folder).filter((path) => path.endsWith('.parquet'))).toEqual([]);
});
