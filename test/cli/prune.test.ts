import { existsSync, mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { choose } from '../../cli/prune/choose.ts';
import type { Found } from '../../cli/prune/recordings.ts';
import { prune } from '../../cli/prune.ts';
import { convertRecording } from '../../src/export/index.ts';
import { createRecorder, type Recorder } from '../../src/index.ts';
import { scratch } from '../backends/scratch.ts';
import { Cli } from './support/cli.ts';

const printed: string[] = [];
beforeEach(() => {
  printed.length = 0;
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed.push(String(text));
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    printed.push(String(text));
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

const shown = () => printed.join('');

async function open(path: string, backend: 'sqlite' | 'parquet' | 'hdf5' = 'sqlite'): Promise<Recorder> {
  return createRecorder({ path, backend, thread: false });
}

async function make(path: string, backend?: 'sqlite' | 'parquet' | 'hdf5'): Promise<string> {
  const recorder = await open(path, backend);
  recorder.recordStep({ reward: 1 }, 0, 1);
  await recorder.close();
  return path;
}

/** Sets when a SQLite recording's runs began, in days before now. */
function age(path: string, days: number): void {
  using database = new DatabaseSync(path);
  database.prepare('UPDATE runs SET start_timestamp = ?').run(Date.now() / 1000 - days * 86_400);
}

const names = (folder: string) => readdirSync(folder).sort();
const DAY = 86_400;

describe('what is chosen', () => {
  const now = 100 * DAY;
  const found = [1, 5, 40, 60].map(
    (days): Found => ({
      path: `${days}`,
      bytes: 1,
      runIds: [],
      started: now - days * DAY,
      isCrashed: days === 60,
      isEmpty: days === 5,
    }),
  );
  const chosen = (criteria: Parameters<typeof choose>[1]) =>
    choose(found, criteria, now).map(({ path }) => path);

  it('is only what is empty, where nothing is asked for', () => {
    expect(chosen({})).toEqual(['5']);
  });

  it('says why, and what could still be recovered', () => {
    const reasons = choose(found, { olderThan: 30 * DAY, keep: 1 }, now).map(({ why }) => why);
    expect(reasons).toEqual([
      'empty, and its process is gone',
      '40 days old',
      '60 days old; crashed, not recovered',
    ]);
  });

  it('is what is old, or surplus, or with both only what is both', () => {
    expect(chosen({ olderThan: 30 * DAY })).toEqual(['5', '40', '60']);
    expect(chosen({ keep: 1 })).toEqual(['5', '40', '60']);
    expect(chosen({ keep: 2 })).toEqual(['5', '60']);
    expect(chosen({ keep: 0 })).toEqual(['1', '5', '40', '60']);
    expect(chosen({ keep: 2, olderThan: 30 * DAY })).toEqual(['5', '60']);
    expect(chosen({ keep: 0, olderThan: 50 * DAY })).toEqual(['5', '60']);
  });
});

it.each([
  ['sqlite', 'old.db'],
  ['parquet', 'old'],
  ['hdf5', 'old.h5'],
] as const)(
  'deletes %s recordings with all that belongs to them, and nothing else',
  async (backend, name) => {
    const folder = scratch();
    await make(join(folder, name), backend);
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    expect(await prune(folder, { keep: 0, yes: true })).toBe(0);
    expect(names(folder)).toEqual(['notes.txt']);
    expect(shown()).toContain('deleted 1 recording, ');
  },
);

it('asks, and deletes only where the answer is yes', async () => {
  const folder = scratch();
  const path = await make(join(folder, 'a.db'));
  const questions: string[] = [];
  const answer = (yes: boolean) => (question: string) => {
    questions.push(question);
    return Promise.resolve(yes);
  };
  expect(await prune(folder, { keep: 0 }, answer(false))).toBe(0);
  expect(existsSync(path)).toBe(true);
  expect(shown()).toContain('nothing was deleted');
  expect(await prune(folder, { keep: 0 }, answer(true))).toBe(0);
  expect(existsSync(path)).toBe(false);
  expect(questions).toEqual(Array(2).fill(expect.stringMatching(/^delete 1 recording, .+\? \[y\/N\] $/)));
});

it('leaves what is kept, is young, goes on, or cannot be read', async () => {
  const folder = scratch();
  for (const [name, days] of [
    ['young.db', 1],
    ['old.db', 50],
    ['older.db', 60],
  ] as const) {
    age(await make(join(folder, name)), days);
  }
  writeFileSync(join(folder, 'other.db'), 'no database');
  const live = await open(join(folder, 'live.db'));
  live.recordStep({ reward: 1 }, 0, 1);
  await live.flush();
  expect(await prune(folder, { olderThan: 55 * DAY, yes: true })).toBe(0);
  expect(names(folder).filter((name) => name.endsWith('.db'))).toEqual([
    'live.db',
    'old.db',
    'other.db',
    'young.db',
  ]);
  expect(await prune(folder, { keep: 0, yes: true })).toBe(0);
  expect(names(folder).filter((name) => name.endsWith('.db'))).toEqual(['live.db', 'other.db']);
  expect(shown()).toMatch(
    /left alone\n.*live\.db +a process is writing it\n.*other\.db +is not a simtape recording/,
  );
  await live.close();
});

it('leaves a recording that got another run while it asked', async () => {
  const folder = scratch();
  const path = await make(join(folder, 'a.db'));
  const meanwhile = async () => {
    await make(path);
    return true;
  };
  expect(await prune(folder, { keep: 0 }, () => meanwhile())).toBe(1);
  expect(existsSync(path)).toBe(true);
  expect(shown()).toContain('another run was recorded to it meanwhile');
});

it('leaves run folders with other files in them', async () => {
  const folder = scratch();
  const run = await make(join(folder, 'run'), 'parquet');
  writeFileSync(join(run, 'tables.parquet'), 'an export');
  expect(await prune(folder, { keep: 0, yes: true })).toBe(0);
  expect(names(run)).toContain('run.json');
  expect(shown()).toContain('it holds a file that is no part of the run: tables.parquet');
});

it('takes folders of Arrow files for recordings, among others', async () => {
  const folder = scratch();
  const run = await make(join(folder, 'run'), 'parquet');
  for (const name of ['plain', 'used']) await convertRecording(run, join(folder, name), { format: 'arrow' });
  writeFileSync(join(folder, 'used', 'notes.txt'), 'mine');
  await expect(prune(join(folder, 'plain'), { keep: 0, yes: true })).rejects.toThrow(/the folder of one run/);
  expect(await prune(folder, { keep: 0, yes: true })).toBe(0);
  expect(names(folder)).toEqual(['used']);
  expect(shown()).toContain('it holds a file that is no part of the run: notes.txt');
});

it('follows no link, neither to a folder nor to a file', async () => {
  const [folder, elsewhere] = [scratch(), scratch()];
  const file = await make(join(elsewhere, 'a.db'));
  const run = await make(join(elsewhere, 'run'), 'parquet');
  mkdirSync(join(elsewhere, '.export.parquet.0a1b2c3d.tmp'));
  utimesSync(join(elsewhere, '.export.parquet.0a1b2c3d.tmp'), 1, 1);
  symlinkSync(elsewhere, join(folder, 'all'));
  symlinkSync(file, join(folder, 'linked.db'));
  symlinkSync(run, join(folder, 'run'));
  symlinkSync(join(elsewhere, 'gone.db'), join(folder, 'dangling.db'));
  expect(await prune(folder, { keep: 0, yes: true })).toBe(0);
  expect(names(elsewhere)).toEqual(['.export.parquet.0a1b2c3d.tmp', 'a.db', 'run']);
  expect(names(folder)).toEqual(['all', 'dangling.db', 'linked.db', 'run']);
  expect(shown()).toContain('it stands behind a link');
});

it('deletes exports that are over, and what was half deleted', async () => {
  const folder = scratch();
  mkdirSync(join(folder, 'deep'));
  const make = (name: string, hours: number) => {
    const path = join(folder, name);
    mkdirSync(path);
    writeFileSync(join(path, 'part'), 'xxxx');
    const time = Date.now() / 1000 - hours * 3600;
    utimesSync(join(path, 'part'), time, time);
    utimesSync(path, time, time);
  };
  make('deep/.steps.csv.0a1b2c3d.tmp', 2);
  make('.steps.csv.0a1b2c3e.tmp', 0.5);
  make('.steps.csv.0a1b2c3d.tmp.old', 2);
  make('.a.db.00000000.pruned', 0);
  make('.cache', 99);
  make('deep/x.tmp', 99);
  expect(await prune(folder, { dryRun: true })).toBe(0);
  expect(names(folder)).toHaveLength(5);
  expect(shown()).toMatch(/\.steps\.csv\.0a1b2c3d\.tmp +4 B +an export that was not completed/);
  expect(await prune(folder, { yes: true })).toBe(0);
  expect(names(folder)).toEqual(['.cache', '.steps.csv.0a1b2c3d.tmp.old', '.steps.csv.0a1b2c3e.tmp', 'deep']);
  expect(names(join(folder, 'deep'))).toEqual(['x.tmp']);
});

it('deletes what is empty and crashed without being asked to delete others', async () => {
  const folder = scratch();
  for (const name of ['empty.db', 'ended.db', 'crashed.db']) {
    const recorder = await open(join(folder, name));
    if (name === 'crashed.db') recorder.recordStep({ reward: 1 }, 0, 1);
    await recorder.close();
    if (name === 'ended.db') continue;
    using database = new DatabaseSync(join(folder, name));
    database.exec('UPDATE runs SET end_timestamp = NULL');
  }
  expect(await prune(folder, { yes: true })).toBe(0);
  expect(names(folder).filter((name) => name.endsWith('.db'))).toEqual(['crashed.db', 'ended.db']);
});

describe('the command', () => {
  it('refuses without a terminal, unless it is told yes or not to delete anything', async () => {
    using cli = new Cli();
    mkdirSync(cli.path('data'));
    await make(cli.path('data', 'a.db'));
    const refused = await cli.run(['prune', 'data', '--keep', '0']);
    expect(refused.code).toBe(2);
    expect(refused.stdout).toMatch(/data\/a\.db/);
    expect(refused.stderr).toMatch(/no terminal to ask in: say --yes/);
    const listed = await cli.json<Record<string, unknown>>(['prune', 'data', '--keep', '0', '--dry-run']);
    expect(listed).toMatchObject({
      deleted: false,
      dryRun: true,
      recordings: [{ path: 'data/a.db' }],
      kept: 0,
    });
    expect(existsSync(cli.path('data', 'a.db'))).toBe(true);
    const done = await cli.json<Record<string, unknown>>(['prune', 'data', '--keep', '0', '--yes']);
    expect(done).toMatchObject({ deleted: true, failures: [] });
    expect(existsSync(cli.path('data', 'a.db'))).toBe(false);
    expect((await cli.run(['prune', 'data', '--keep', '0'])).stdout).toBe('there is nothing to delete\n');
  });

  it('refuses what is no folder of recordings, and ages that are none', async () => {
    using cli = new Cli();
    await make(cli.path('a.db'));
    await make(cli.path('run'), 'parquet');
    for (const [path, message] of [
      ['a.db', /a\.db is a file: prune takes a folder of recordings; to delete this one: rm a\.db/],
      ['run', /run is the folder of one run/],
      ['nowhere', /there is no folder nowhere/],
    ] as const) {
      const { code, stderr } = await cli.run(['prune', path, '--yes']);
      expect(code).toBe(1);
      expect(stderr).toMatch(message);
    }
    expect((await cli.run(['prune', '.', '--older-than', '30'])).code).toBe(2);
    expect((await cli.run(['prune', '.', '--yes', '--dry-run'])).code).toBe(2);
  });
});
