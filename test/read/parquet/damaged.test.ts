import { copyFileSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { defineTable, f64, isSimtapeError, json, utf8 } from '../../../src/index.ts';
import { openRecording } from '../../../src/read/index.ts';
import { record, rejection, scratch } from '../../backends/scratch.ts';

const Sample = defineTable('sample', { x: f64(), text: utf8({ nullable: true }), data: json() });
let path: string;
let file: string;
let episode: string;

beforeEach(async () => {
  path = join(scratch(), 'run');
  file = join(path, 'tables', 'sample-000002.parquet');
  episode = join(path, 'episodes', 'trajectory_ep_000002.parquet');
  await recordRun(path, 'run_a');
});

async function recordRun(to: string, runId: string): Promise<void> {
  await record(
    to,
    (recorder) => {
      for (let i = 0; i < 300; i++) {
        recorder.table(Sample).append({ x: i, text: i % 3 === 0 ? null : `t${i}`, data: { i } });
        recorder.recordStep({ reward: i }, i, 1 + Math.floor(i / 100));
        if (i % 100 === 99) recorder.flushSync();
      }
    },
    { backend: 'parquet', runId, parquet: { maxFileRows: 100, rowGroupValues: 100 } },
  );
}

/** Reads everything of a table. */
async function readAll(table: string): Promise<number> {
  using recording = await openRecording(path);
  return (await Array.fromAsync(recording.table(table).rows())).length;
}

it('reads the run that the others are made from', async () => {
  expect(await readAll('sample')).toBe(300);
  expect(await readAll('steps')).toBe(300);
});

it('names a file of the middle that is missing, and reads other tables', async () => {
  rmSync(file);
  const error = await rejection('NotARecording', readAll('sample'));
  expect(error.fields.path).toBe(file);
  expect(error.message).toMatch(/sample-000002\.parquet is missing/);
  expect(await readAll('steps')).toBe(300);
});

it('says that files are missing where their names do not tell which', async () => {
  rmSync(episode);
  const error = await rejection('NotARecording', readAll('steps'));
  expect(error.message).toMatch(/1 of 3 files of table steps is missing/);
  expect(await readAll('sample')).toBe(300);
});

it('says that a file went while it was read', async () => {
  using recording = await openRecording(path);
  const rows = recording.table('sample').rows();
  await rows.next();
  const last = join(path, 'tables', 'sample-000003.parquet');
  rmSync(last);
  const error = await rejection('NotARecording', Array.fromAsync(rows));
  expect(error.message).toBe(`${last} is missing: it was there before`);
});

it('names a file that was cut off anywhere', async () => {
  const whole = readFileSync(file);
  for (const length of [0, 4, 8, 11, 12, 100, whole.length >> 1, whole.length - 8, whole.length - 1]) {
    writeFileSync(file, whole.subarray(0, length));
    expect((await rejection('NotARecording', readAll('sample'))).fields.path).toBe(file);
  }
});

it('has a typed error for a file with flipped bits, or reads what is left', async () => {
  const whole = readFileSync(file);
  const outcomes = new Set<string>();
  for (let at = 4; at < whole.length; at += 23) {
    const damaged = Buffer.from(whole);
    damaged[at]! ^= 1 << (at % 8);
    writeFileSync(file, damaged);
    const outcome = await readAll('sample').then(
      () => 'read',
      (error) => (isSimtapeError(error, 'NotARecording') ? error.tag : `untyped: ${error}`),
    );
    outcomes.add(outcome);
  }
  expect([...outcomes].sort()).toEqual(['NotARecording', 'read']);
});

it('refuses a file of another run, and one that was not written by simtape', async () => {
  const other = join(scratch(), 'other');
  await recordRun(other, 'run_b');
  copyFileSync(join(other, 'tables', 'sample-000002.parquet'), file);
  expect((await rejection('NotARecording', readAll('sample'))).message).toMatch(/belongs to run run_b/);
  copyFileSync(join(path, 'run_metadata.parquet'), file);
  await rejection('NotARecording', readAll('sample'));
});

it('takes no notice of other files in the folder', async () => {
  writeFileSync(join(path, 'tables', 'notes.txt'), 'mine');
  writeFileSync(join(path, 'tables', '.sample-000004.parquet.tmp'), 'half');
  copyFileSync(file, join(path, 'tables', 'copy.parquet'));
  expect(await readAll('sample')).toBe(300);
});

it.each<[string, (text: string) => string]>([
  ['that is no JSON', (text) => text.slice(0, -20)],
  ['with a file pattern that is none', (text) => text.replace('{part:06d}', '{port:06d}')],
  ['without tables', (text) => text.replace('"tables"', '"tabels"')],
  ['with a table without columns', (text) => text.replace(/"columns": \[[\s\S]*?\n {8}\]/, '"columns": []')],
])('refuses a manifest %s', async (_, change) => {
  const manifest = join(path, 'run.json');
  writeFileSync(manifest, change(readFileSync(manifest, 'utf8')));
  const error = await rejection('NotARecording', openRecording(path));
  expect(error.message).toContain(manifest);
});

it.each([-1, 1])('refuses a manifest that counts %d rows more than there are', async (more) => {
  const manifest = join(path, 'run.json');
  const changed = JSON.parse(readFileSync(manifest, 'utf8')) as {
    tables: { plan: { name: string }; rows: number }[];
  };
  changed.tables.find(({ plan }) => plan.name === 'sample')!.rows += more;
  writeFileSync(manifest, JSON.stringify(changed));
  using recording = await openRecording(path);
  const error = await rejection('NotARecording', recording.table('sample').columns());
  expect(error.message).toMatch(/the files of table sample have (300 of 301|more than 299) rows/);
});

it('refuses a newer format', async () => {
  const manifest = join(path, 'run.json');
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('"version": 1', '"version": 2'));
  expect((await rejection('NewerFormat', openRecording(path))).fields).toMatchObject({
    found: 2,
    supported: 1,
  });
});

it('says which run a file belongs to, where the file is opened alone', async () => {
  expect((await rejection('NotARecording', openRecording(file))).message).toContain(
    `part of the run in ${path}`,
  );
});

it('reads a run that was moved and renamed', async () => {
  const moved = join(scratch(), 'elsewhere');
  renameSync(path, moved);
  using recording = await openRecording(moved);
  expect(recording.runs()).toMatchObject([{ runId: 'run_a', steps: 300, state: 'ended' }]);
  expect((await recording.query('SELECT count(*) FROM sample')).rows).toEqual([[300]]);
  expect(readdirSync(moved)).not.toContain('journal');
});
