import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readManifest } from '../../../src/backends/parquet/manifest.ts';
import { createRecorder, defineTable, f64, utf8 } from '../../../src/index.ts';
import { readJournal } from '../../../src/journal/index.ts';
import { steps } from '../driver.ts';
import { scratch } from '../scratch.ts';
import { Driver } from './driver.ts';
import { filesIn, hiddenFilesIn, readFiles, readTable } from './read-run.ts';
import { freshRun, recordRun } from './run.ts';

const Sample = defineTable('sample', { value: f64(), label: utf8() });
const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

it('records into runs/<run id> of the directory', async () => {
  const directory = scratch();
  const recorder = await createRecorder({ backend: 'parquet', directory, runId: 'first' });
  recorder.table(Sample).append({ value: 1, label: 'a' });
  await recorder.close();
  expect(recorder.path).toBe(join(directory, 'runs', 'first'));
  expect(await readTable(join(directory, 'runs', 'first'), 'sample')).toEqual([
    { id: 1, value: 1, label: 'a' },
  ]);
});

it('writes row groups of as many values as configured', async () => {
  const folder = freshRun();
  await recordRun(
    folder,
    async (recorder) => {
      for (const i of range(1000)) {
        recorder.table(Sample).append({ value: i, label: `l${i}` });
        if (i % 70 === 0) await recorder.flush();
      }
    },
    { parquet: { rowGroupValues: 300 } },
  );
  const [file, ...others] = await readFiles(folder, 'sample');
  expect(others).toEqual([]);
  expect(file!.rowGroups).toEqual(Array(10).fill(100));
  expect(file!.rows.map((row) => row.value)).toEqual(range(1000));
  expect(file!.rows.map((row) => row.label)).toEqual(range(1000).map((i) => `l${i}`));
});

it('writes a row group early where its text is large', async () => {
  const folder = freshRun();
  await recordRun(
    folder,
    async (recorder) => {
      for (const i of range(40)) {
        recorder.table(Sample).append({ value: i, label: String(i % 10).repeat(10_000) });
        await recorder.flush();
      }
    },
    { parquet: { rowGroupBytes: 100_000 } },
  );
  const [file] = await readFiles(folder, 'sample');
  expect(Math.max(...file!.rowGroups)).toBeLessThanOrEqual(11);
  expect(file!.rows.map((row) => row.label)).toEqual(range(40).map((i) => String(i % 10).repeat(10_000)));
});

it.each([
  ['rows', { maxFileRows: 100 }],
  ['bytes', { maxFileBytes: 2000, rowGroupValues: 150 }],
])('begins a new file by %s, between commits', async (_, parquet) => {
  const folder = freshRun();
  await recordRun(
    folder,
    async (recorder) => {
      for (const i of range(600)) {
        recorder.table(Sample).append({ value: Math.sin(i), label: `l${i}` });
        if (i % 30 === 29) await recorder.flush();
      }
    },
    { parquet: { compression: 'none', ...parquet } },
  );
  const files = await readFiles(folder, 'sample');
  expect(files.length).toBeGreaterThan(3);
  expect(files.map(({ path }) => path)).toEqual(
    files.map((_, i) => `tables/sample-${String(i + 1).padStart(6, '0')}.parquet`),
  );
  for (const { rows } of files.slice(0, -1)) expect(rows.length % 30).toBe(0);
  for (const [i, { metadata }] of files.entries()) {
    if (i > 0) expect(metadata.firstCommit).toBe(files[i - 1]!.metadata.lastCommit + 1);
  }
  expect(files.flatMap(({ rows }) => rows.map((row) => row.label))).toEqual(range(600).map((i) => `l${i}`));
});

it('cuts the largest row group where memory is short, and loses nothing', async () => {
  const driver = new Driver({ memoryBytes: 200_000 });
  for (const round of range(40)) {
    driver.commit([...steps(1, round * 50, round * 50 + 50), ...steps(2, round * 2, round * 2 + 2)], {
      text: 'x'.repeat(100),
    });
  }
  const before = filesIn(driver.folder);
  expect(hiddenFilesIn(driver.folder)).toContain('episodes/.trajectory_ep_000001.parquet.tmp');
  expect(before.filter((path) => path.endsWith('.parquet'))).toEqual([]);
  driver.backend.close(1);
  const [large, small] = await readFiles(driver.folder, 'steps');
  expect(large!.rowGroups.length).toBeGreaterThan(2);
  expect(large!.rows.map((row) => row.v)).toEqual(range(2000));
  expect(small!.rows.map((row) => row.v)).toEqual(range(80));
});

it('completes the episodes that have waited longest where too many are open', async () => {
  const driver = new Driver({ parquet: { maxOpenFiles: 3 } });
  for (const episode of range(10)) driver.commit(steps(episode, 0, 5));
  expect((await readFiles(driver.folder, 'steps')).map(({ metadata }) => metadata.episode)).toEqual(range(7));
  driver.commit(steps(0, 5, 8));
  driver.backend.close(1);
  const files = await readFiles(driver.folder, 'steps');
  expect(files.map(({ path }) => path).slice(0, 3)).toEqual([
    'episodes/trajectory_ep_000000.parquet',
    'episodes/trajectory_ep_000000-000002.parquet',
    'episodes/trajectory_ep_000001.parquet',
  ]);
  expect(files.flatMap(({ rows }) => rows)).toHaveLength(53);
});

it('completes every file where the journal has become too long, and lets go of it', async () => {
  const driver = new Driver({ parquet: { journalBytes: 100_000 } });
  const journalBytes = () => {
    const logs = filesIn(driver.folder).filter((path) => path.startsWith('journal/'));
    return logs.reduce((sum, path) => sum + statSync(join(driver.folder, path)).size, 0);
  };
  let highest = 0;
  for (const round of range(60)) {
    driver.commit(steps(1, round * 100, round * 100 + 100));
    highest = Math.max(highest, journalBytes());
  }
  expect(highest).toBeLessThan(200_000);
  const files = await readFiles(driver.folder, 'steps');
  expect(files.length).toBeGreaterThan(3);
  const { lastCommitHeld } = readManifest(driver.folder);
  expect(lastCommitHeld).toBe(files.at(-1)!.metadata.lastCommit);
  const held = files.flatMap(({ rows }) => rows.map((row) => row.v));
  using journal = readJournal(join(driver.folder, 'journal'));
  const rest = Array.from(journal.commits(lastCommitHeld), ({ number }) => number);
  expect(rest).toEqual(range(60 - lastCommitHeld).map((i) => lastCommitHeld + 1 + i));
  driver.backend.close(1);
  const rows = await readTable(driver.folder, 'steps');
  expect(rows.map((row) => row.v)).toEqual(range(6000));
  expect(held).toEqual(range(held.length));
});

it('has every commit in the journal until a file holds it', async () => {
  const driver = new Driver();
  driver.commit(steps(1, 0, 10));
  driver.commit(steps(2, 0, 10));
  expect(filesIn(driver.folder).filter((path) => !path.startsWith('journal/'))).toEqual(['run.json']);
  using journal = readJournal(join(driver.folder, 'journal'));
  expect(Array.from(journal.commits(0), ({ number }) => number)).toEqual([1, 2]);
  expect(readManifest(driver.folder)).toMatchObject({
    state: 'recording',
    lastCommitHeld: 0,
    endTimestamp: null,
  });
  driver.backend.close(7);
  expect(filesIn(driver.folder).some((path) => path.startsWith('journal'))).toBe(false);
  expect(readManifest(driver.folder)).toMatchObject({
    state: 'ended',
    endTimestamp: 7,
    lastCommitHeld: 2,
    writer: null,
  });
});

it('has no journal without durability', async () => {
  const driver = new Driver({ durability: 'none' });
  driver.commit(steps(1, 0, 10));
  expect(filesIn(driver.folder)).toEqual(['run.json']);
  driver.backend.close(1);
  expect(await readTable(driver.folder, 'steps')).toHaveLength(10);
});

it('says in the manifest what the tables are and how many rows and files they have', async () => {
  const folder = freshRun();
  await recordRun(
    folder,
    (recorder) => {
      for (const step of range(30))
        recorder.recordStep({ position: [1, 2] }, step % 10, 1 + Math.floor(step / 10));
      recorder.table(Sample).append({ value: 1, label: '' });
    },
    { runId: 'mine', seed: 7, world: 'plume', configuration: { wind: 2n ** 60n }, metadata: { by: 'me' } },
  );
  const manifest = readManifest(folder);
  expect(manifest.run).toMatchObject({
    runId: 'mine',
    metadata: { by: 'me' },
    provenance: { seed: 7, world: 'plume' },
  });
  expect(readFileSync(join(folder, 'run.json'), 'utf8')).toContain('"wind": 1152921504606846976');
  expect(manifest.tables.map(({ plan, rows, files }) => [plan.name, rows, files])).toEqual([
    ['episodes', 3, 3],
    ['steps', 30, 3],
    ['sample', 1, 1],
  ]);
});

it('keeps the same rows with durability against a loss of power', async () => {
  const folder = freshRun();
  await recordRun(
    folder,
    async (recorder) => {
      for (const step of range(30)) recorder.recordStep({ v: step }, step, 1 + (step % 3));
      await recorder.flush();
      recorder.recordEpisode({}, 2);
      await recorder.flush();
      expect((await readFiles(folder, 'steps')).map(({ metadata }) => metadata.episode)).toEqual([2]);
    },
    { durability: 'power' },
  );
  expect(readManifest(folder)).toMatchObject({ durability: 'power', state: 'ended' });
  expect((await readTable(folder, 'steps')).map((row) => Number(row.step_id))).toEqual(
    [0, 1, 2].flatMap((episode) => range(10).map((i) => 1 + episode + 3 * i)),
  );
});
