import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { convertRecording } from '../../../src/export/index.ts';
import { openRecording, recover, verify } from '../../../src/read/index.ts';
import { rejection, scratch } from '../../backends/scratch.ts';
import { refusal } from '../../support/errors.ts';
import { type Kind, make } from './recordings.ts';

const MADE = ['sqlite', 'parquet killed', 'hdf5 killed'] as const satisfies readonly Kind[];
const made = join(tmpdir(), `simtape-places-${process.pid}`);
let folder: string;
let run: string;

beforeAll(() => {
  for (const kind of MADE) make(join(made, kind), kind);
});
afterAll(() => rmSync(made, { recursive: true, force: true }));
beforeEach(() => {
  folder = scratch();
  for (const kind of MADE) cpSync(join(made, kind), folder, { recursive: true });
  run = join(folder, 'flight');
});

/** Puts a pipe in the place of a file: who opens it for reading waits for a writer. */
function makePipe(path: string): void {
  rmSync(path, { force: true });
  expect(spawnSync('mkfifo', [path]).status).toBe(0);
}

async function refused(path: string): Promise<void> {
  await rejection('NotARecording', openRecording(path));
  await rejection('NotARecording', verify(path));
  await rejection('NotARecording', recover(path));
}

it.each(['/dev/zero', '/dev/null', '/proc/self/mem'])('refuses %s', async (path) => {
  await refused(path);
});

it('refuses a pipe, and passes over one in a folder', async () => {
  const pipe = join(folder, 'pipe.db');
  makePipe(pipe);
  await refused(pipe);
  using all = await openRecording(folder);
  expect(all.notes.join('\n')).toContain('pipe.db is not a file');
});

it.each([
  ['the manifest', 'flight/run.json', 'flight'],
  ['a segment of the journal', 'flight/journal/journal-00000001.log', 'flight'],
  ['a segment of the journal', 'flight.h5.journal/journal-00000001.log', 'flight.h5'],
  ['the log of a database', 'flight.db-wal', 'flight.db'],
])('does not wait for a pipe that is %s', async (_, file, path) => {
  makePipe(join(folder, file));
  await refused(join(folder, path));
});

it('does not wait for a pipe in the place of a file of a table', async () => {
  makePipe(join(run, 'tables', 'state-000001.parquet'));
  await rejection('NotARecording', openRecording(run));
  expect((await verify(run)).ok).toBe(false);
});

it.each<[string, (manifest: Manifest) => void]>([
  ['the id of a run', (manifest) => (manifest.run.runId = '../../elsewhere')],
  ['the folder of episodes', (manifest) => (manifest.layout.episodesFolder = '../../elsewhere')],
  ['an absolute folder of episodes', (manifest) => (manifest.layout.episodesFolder = '/tmp')],
  ['the name of a table', (manifest) => (manifest.tables[0]!.plan.name = '../elsewhere')],
  ['the name of a column', (manifest) => (manifest.tables[0]!.plan.columns[0]!.name = '../elsewhere')],
  ['a pattern of files', (manifest) => (manifest.layout.patterns.table = '../{table}-{part:06d}.parquet')],
])('refuses a manifest in which %s is a path out of the run', async (_, change) => {
  const file = join(run, 'run.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  change(manifest);
  writeFileSync(file, JSON.stringify(manifest));
  const before = readdirSync(folder);
  await refused(run);
  expect(readdirSync(folder)).toEqual(before);
});

it('refuses a database whose run is called by a path, which a conversion would write to', async () => {
  const path = join(folder, 'flight.db');
  const database = new DatabaseSync(path);
  database.exec("PRAGMA foreign_keys = OFF; UPDATE runs SET run_id = '../../elsewhere'");
  database.close();
  using recording = await openRecording(path);
  const error = refusal('NotARecording', () => recording.runs());
  expect(error.message).toContain('"../../elsewhere" is no id of a run');
  const before = readdirSync(folder);
  await rejection('NotARecording', convertRecording(path, join(folder, 'converted'), { format: 'parquet' }));
  expect(readdirSync(folder)).toEqual(before);
});

interface Manifest {
  run: { runId: string };
  layout: { episodesFolder: string; patterns: { table: string } };
  tables: { plan: { name: string; columns: { name: string }[] }; rows: number }[];
}

it('writes nothing through a folder of the run that is a link to elsewhere', async () => {
  const elsewhere = join(scratch(), 'elsewhere');
  renameSync(join(run, 'tables'), elsewhere);
  symlinkSync(elsewhere, join(run, 'tables'));
  const before = readdirSync(elsewhere);
  const error = await rejection('CannotOpen', recover(run));
  expect(error.message).toContain('is a link');
  expect(readdirSync(elsewhere)).toEqual(before);
});

it('recovers no run whose outcomes of episodes cannot be read, and says so', async () => {
  const name = readdirSync(join(run, 'episodes')).find((file) => file.startsWith('episode_summary'))!;
  const bytes = readFileSync(join(run, 'episodes', name));
  writeFileSync(join(run, 'episodes', name), bytes.fill(0xff, 4, 20));
  const error = await rejection('NotARecording', recover(run));
  expect(error.message).toContain('is damaged');
});

it('is not led round in circles by links of folders', async () => {
  mkdirSync(join(folder, 'round'));
  symlinkSync(folder, join(folder, 'round', 'about'));
  symlinkSync('itself', join(folder, 'itself'));
  using all = await openRecording(folder);
  expect(all.runs().length).toBe(1);
});

it('takes no memory for rows that a manifest only says to be there', async () => {
  const file = join(run, 'run.json');
  await recover(run);
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  const table = manifest.tables.find(({ plan }) => plan.name === 'state')!;
  for (const rows of [2 ** 31, 2 ** 40, Number.MAX_SAFE_INTEGER]) {
    table.rows = rows;
    writeFileSync(file, JSON.stringify(manifest));
    using recording = await openRecording(run);
    await rejection('NotARecording', recording.table('state').columns());
  }
  expect(process.memoryUsage().rss).toBeLessThan(2 ** 30);
});

it('looks through a folder of many files', async () => {
  const many = join(scratch(), 'many');
  mkdirSync(many);
  for (let i = 0; i < 2000; i++) writeFileSync(join(many, `file-${i}`), '');
  cpSync(join(folder, 'flight.db'), join(many, 'flight.db'));
  using all = await openRecording(many);
  expect(all.runs()).toHaveLength(1);
});
