import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readJournal } from '../../../src/journal/index.ts';
import { steps } from '../driver.ts';
import { Driver, type DriverOptions } from './driver.ts';
import { filesIn, hiddenFilesIn, readFiles, readTable } from './read-run.ts';

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

async function numbersOf(folder: string, episode = 1): Promise<number[]> {
  const rows = await readTable(folder, 'steps');
  return rows.filter((row) => Number(row.episode_id) === episode).map((row) => Number(row.step_number));
}

/** Row groups of three rows, or one for everything, so that parts of a commit are in memory or in files. */
const PLACES: [string, NonNullable<DriverOptions['parquet']>][] = [
  ['in memory', {}],
  ['in row groups', { rowGroupValues: 40 }],
];

describe.each(PLACES)('a commit in parts, %s', (_, parquet) => {
  it('names no file before it is whole, even where its episode ends', async () => {
    const driver = new Driver({ parquet: { ...parquet, maxFileRows: 5 } });
    driver.commit(steps(1, 0, 10), {}, true);
    driver.flight.steps.recordEpisode({}, 1);
    driver.flush(true);
    driver.commit(steps(2, 0, 10), {}, true);
    expect(filesIn(driver.folder).filter((path) => /\/[^.].*parquet$/.test(path))).toEqual([]);
    driver.commit(steps(3, 0, 1));
    expect(await numbersOf(driver.folder, 1)).toEqual(range(0, 10));
    expect(await numbersOf(driver.folder, 2)).toEqual(range(0, 10));
    driver.backend.close(1);
    expect(await numbersOf(driver.folder, 3)).toEqual([0]);
  });

  it('is taken back whole', async () => {
    const driver = new Driver({ parquet });
    driver.commit([...steps(1, 0, 8), ...steps(2, 0, 8)]);
    driver.commit([...steps(1, 8, 20), ...steps(3, 0, 8)], {}, true);
    driver.commit(steps(1, 20, 25), {}, true);
    driver.flight.steps.recordEpisode({ success: true }, 2);
    driver.flush(true);
    driver.backend.abandon();
    driver.commit([...steps(1, 100, 107), ...steps(2, 100, 101)]);
    driver.backend.close(1);
    expect(await numbersOf(driver.folder, 1)).toEqual([...range(0, 8), ...range(100, 107)]);
    expect(await numbersOf(driver.folder, 2)).toEqual([...range(0, 8), 100]);
    expect(await numbersOf(driver.folder, 3)).toEqual([]);
    expect((await readTable(driver.folder, 'episodes')).every((row) => row.success === null)).toBe(true);
    expect(hiddenFilesIn(driver.folder)).toEqual([]);
  });

  it('is taken back where the run is closed in its midst', async () => {
    const driver = new Driver({ parquet });
    driver.commit(steps(1, 0, 8));
    driver.commit(steps(1, 8, 20), {}, true);
    driver.backend.close(1);
    expect(await numbersOf(driver.folder)).toEqual(range(0, 8));
  });

  it('is in one file, also where a column appears in its midst', async () => {
    const driver = new Driver({ parquet });
    driver.commit(steps(1, 0, 8));
    driver.commit(steps(1, 8, 20), {}, true);
    driver.commit(steps(1, 20, 30), { late: 'x', list: [1, 2, 3, 4, 5] }, true);
    driver.commit(steps(1, 30, 40), { latest: 5 }, true);
    driver.commit(steps(1, 40, 50), { late: 'y' });
    driver.backend.close(1);
    const files = await readFiles(driver.folder, 'steps');
    expect(files).toHaveLength(1);
    const { rows, metadata } = files[0]!;
    expect(rows.map((row) => row.step_number)).toEqual(range(0, 50).map(BigInt));
    expect(rows.map((row) => row.late)).toEqual(
      range(0, 50).map((step) => (step < 20 || (step >= 30 && step < 40) ? null : step < 30 ? 'x' : 'y')),
    );
    expect(rows.map((row) => row.latest)).toEqual(
      range(0, 50).map((step) => (step >= 30 && step < 40 ? 5 : null)),
    );
    expect(metadata).toMatchObject({ firstCommit: 1, lastCommit: 2 });
  });

  it('is taken back with the column that appeared in it', async () => {
    const driver = new Driver({ parquet });
    driver.commit(steps(1, 0, 8));
    driver.commit(steps(1, 8, 20), {}, true);
    driver.commit(steps(1, 20, 30), { late: 1 }, true);
    driver.backend.abandon();
    driver.commit(steps(1, 50, 60), { late: 2 });
    driver.backend.close(1);
    const rows = await readTable(driver.folder, 'steps');
    expect(rows.map((row) => Number(row.step_number))).toEqual([...range(0, 8), ...range(50, 60)]);
    expect(rows.map((row) => row.late)).toEqual([...Array(8).fill(null), ...Array(10).fill(2)]);
  });

  it('counts in the statistics only what is kept', async () => {
    const driver = new Driver({ parquet });
    driver.commit(steps(1, 0, 8));
    driver.commit(steps(1, 1000, 1020), {}, true);
    driver.backend.abandon();
    driver.commit(steps(1, 8, 10));
    driver.backend.close(1);
    const [file] = await readFiles(driver.folder, 'steps');
    const columns = file!.metadata.plan.columns.map(({ name }) => name);
    const [id, ...statistics] = file!.metadata.statistics;
    expect(id).toEqual({ count: 10, min: '1', max: '30' });
    expect(statistics[columns.indexOf('step_number')]).toEqual({ count: 10, min: '0', max: '9', sum: 45 });
    expect(statistics[columns.indexOf('v')]).toEqual({ count: 10, min: 0, max: 9, sum: 45 });
  });
});

it('is in the journal like the others, and out of it once it is taken back', () => {
  const driver = new Driver();
  driver.commit(steps(1, 0, 3));
  driver.commit(steps(1, 3, 6), {}, true);
  driver.backend.abandon();
  driver.commit(steps(1, 6, 9), {}, true);
  driver.commit(steps(1, 9, 12));
  using journal = readJournal(join(driver.folder, 'journal'));
  const rows = Array.from(journal.commits(0), (commit) => [
    commit.number,
    commit.open,
    commit.tables.find(({ plan }) => plan.name === 'steps')?.rows,
  ]);
  expect(rows).toEqual([
    [1, false, 3],
    [2, true, 3],
    [2, false, 3],
  ]);
});
