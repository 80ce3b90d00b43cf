import { hash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { openForWriting } from '../../../src/backends/sqlite/open.ts';
import { createRecorder, type ErrorTag } from '../../../src/index.ts';
import { openRecording } from '../../../src/read/index.ts';
import { connect, freshPath, one, record, rejection, scratch } from '../scratch.ts';
import { sqliteOptions } from './open-backend.ts';
import { readOnlyPlace } from './read-only-place.ts';

/** Makes something at `path` that cannot be recorded to. */
type Obstacle = readonly [name: string, tag: ErrorTag, make: (path: string) => void | Promise<void>];

function otherDatabase(path: string): void {
  const database = new DatabaseSync(path);
  database.exec('CREATE TABLE guests (name TEXT); INSERT INTO guests VALUES (1)');
  database.close();
}

async function newerRecording(path: string): Promise<void> {
  await record(path, (recorder) => recorder.recordStep({ reward: 1 }, 0, 1));
  const database = new DatabaseSync(path);
  database.exec('PRAGMA user_version = 99');
  database.close();
}

/** Names of all files of a folder, and digests of what they hold. */
function contents(folder: string): Record<string, string> {
  const names = readdirSync(folder, { withFileTypes: true });
  return Object.fromEntries(
    names.map((entry) => [
      entry.name,
      entry.isFile() ? hash('sha256', readFileSync(join(folder, entry.name))) : 'a folder',
    ]),
  );
}

const NO_DATABASES: readonly Obstacle[] = [
  [
    'a text file',
    'NotARecording',
    (path) => writeFileSync(path, 'not a database, but long enough to be one\n'),
  ],
  ['a short file', 'NotARecording', (path) => writeFileSync(path, 'x')],
  ['another SQLite database', 'NotARecording', otherDatabase],
  ['a recording of a newer format', 'NewerFormat', newerRecording],
];
const RECORDED_TO: readonly Obstacle[] = [
  ...NO_DATABASES,
  ['a folder', 'CannotOpen', (path) => void mkdirSync(path)],
  [
    'a file that starts as a database and goes on as none',
    'CannotOpen',
    (path) => writeFileSync(path, `SQLite format 3\0${'x'.repeat(5000)}`),
  ],
];

it.each(RECORDED_TO)('does not record to %s, and leaves it as it is', async (_, tag, make) => {
  const path = freshPath();
  await make(path);
  const before = contents(dirname(path));
  const error = await rejection(tag, createRecorder({ path, thread: false }));
  expect(error.message).toContain(path);
  expect(error.fields).toMatchObject({ path });
  expect(contents(dirname(path))).toEqual(before);
});

it.each<Obstacle>([
  ...NO_DATABASES,
  ['nothing', 'NotARecording', () => {}],
  ['an empty file', 'NotARecording', (path) => writeFileSync(path, '')],
  ['a folder', 'NotARecording', (path) => void mkdirSync(path)],
  [
    'an empty database',
    'NotARecording',
    (path) => {
      const database = new DatabaseSync(path);
      database.exec('VACUUM');
      database.close();
    },
  ],
])('reads no recording from %s, and leaves it as it is', async (_, tag, make) => {
  const path = freshPath();
  await make(path);
  const before = contents(dirname(path));
  const error = await rejection(tag, openRecording(path));
  expect(error.message).toContain(path);
  expect(contents(dirname(path))).toEqual(before);
});

it('says which format a newer recording has, and which it knows', async () => {
  const path = freshPath();
  await newerRecording(path);
  const fields = { path, found: 99, supported: 1 };
  expect((await rejection('NewerFormat', createRecorder({ path }))).fields).toEqual(fields);
  expect((await rejection('NewerFormat', openRecording(path))).fields).toEqual(fields);
});

it('hears of a refusal from the writer’s thread with all that it carries', async () => {
  const path = join(scratch(), 'missing', 'flight.db');
  const error = await rejection('CannotOpen', createRecorder({ path }));
  expect(error.message).toMatch(/missing does not exist; make it first/);
  expect(error.fields).toEqual({ path });
});

it('makes no folder on the way to a path', async () => {
  const folder = scratch();
  await rejection(
    'CannotOpen',
    createRecorder({ path: join(folder, 'missing', 'flight.db'), thread: false }),
  );
  expect(readdirSync(folder)).toEqual([]);
});

it('does not take a file for a folder', async () => {
  const folder = scratch();
  writeFileSync(join(folder, 'notes'), 'text');
  const below = join(folder, 'notes', 'flight.db');
  await rejection('CannotOpen', createRecorder({ path: below, thread: false }));
  await rejection('CannotOpen', createRecorder({ directory: join(folder, 'notes'), thread: false }));
  await rejection('CannotOpen', createRecorder({ directory: below, thread: false }));
  expect(readdirSync(folder)).toEqual(['notes']);
  expect(readFileSync(join(folder, 'notes'), 'utf8')).toBe('text');
});

it('makes the folder for recordings, and names the file in it after the run', async () => {
  const directory = join(scratch(), 'a', 'b');
  const recorder = await createRecorder({ directory, thread: false });
  await recorder.close();
  expect(recorder.path).toBe(join(directory, `${recorder.runId}.db`));
  expect(recorder.runId).toMatch(/^run_\d{8}_\d{6}_[a-z0-9]{4}$/);
  expect(readdirSync(directory)).toEqual([`${recorder.runId}.db`]);
});

it('records to an empty file, and to a path with characters that mean something to others', async () => {
  const path = join(scratch(), 'a?b#c%20d;é 👩‍🚀.db');
  writeFileSync(path, '');
  await record(path, (recorder) => recorder.recordStep({ reward: 1 }, 0, 1));
  using recording = await openRecording(path);
  expect(recording.runs()).toHaveLength(1);
});

it('refuses a run id that the file holds already, and keeps the run', async () => {
  const path = freshPath();
  const runId = 'twice';
  await record(path, (recorder) => recorder.recordStep({ reward: 1 }, 0, 1), { runId });
  const before = contents(dirname(path));
  const error = await rejection('CannotOpen', createRecorder({ path, runId, thread: false }));
  expect(error.message).toMatch(/holds a run twice already/);
  expect(Object.keys(contents(dirname(path)))).toEqual(Object.keys(before));
  expect(one(connect(path), 'SELECT count(*) FROM runs')).toBe(1);
});

it('refuses a recording that was cut short, with a typed error', async () => {
  const path = freshPath();
  await record(path, (recorder) => {
    for (let i = 0; i < 500; i++) recorder.recordStep({ position: [i, i] }, i, 1);
  });
  const whole = readFileSync(path);
  for (const length of [100, 1000, 4096, 8192]) {
    writeFileSync(path, whole.subarray(0, length));
    await rejection('CannotOpen', createRecorder({ path, thread: false }));
  }
});

it('gives up on a file that another process keeps locked', async () => {
  const path = freshPath();
  await record(path, () => {});
  const other = connect(path, { readOnly: false });
  other.exec('BEGIN EXCLUSIVE');
  const opening = createRecorder({ path, thread: false, sqlite: { connectionTimeout: 0 } });
  expect((await rejection('CannotOpen', opening)).message).toMatch(/locked/);
});

describe('beside another process that makes the same file', () => {
  afterEach(() => vi.restoreAllMocks());

  it('finds a recording that was made while it looked what there is', () => {
    const path = freshPath();
    const { prepare } = DatabaseSync.prototype;
    let others = 0;
    vi.spyOn(DatabaseSync.prototype, 'prepare').mockImplementation(function (this: DatabaseSync, sql) {
      // Before whatever tells an empty file from one with tables.
      if (sql.includes('sqlite_schema') && ++others === 1) openForWriting(path, sqliteOptions({})).close();
      return prepare.call(this, sql);
    });
    const database = openForWriting(path, sqliteOptions({}));
    expect(others).toBeGreaterThan(1);
    expect(one(database, 'PRAGMA journal_mode')).toBe('wal');
    database.close();
  });

  it('waits for the lock under which the other one sets it up', () => {
    const path = freshPath();
    const other = connect(path, { readOnly: false });
    other.exec('BEGIN IMMEDIATE');
    const wait = vi.spyOn(Atomics, 'wait').mockImplementation(() => {
      other.exec('COMMIT');
      return 'timed-out';
    });
    openForWriting(path, sqliteOptions({})).close();
    expect(wait).toHaveBeenCalledOnce();
  });
});

const place = readOnlyPlace();
afterAll(() => place?.remove());

describe.runIf(place !== null)(`on ${place?.means}`, () => {
  const folder = place?.folder ?? '';
  let before: Record<string, string>;
  beforeAll(async () => {
    await record(join(folder, 'there.db'), (recorder) => recorder.recordStep({ reward: 1 }, 0, 1));
    place?.seal();
    before = contents(folder);
  });

  it.each(['new.db', 'there.db'])('does not record to %s, and leaves no trace', async (name) => {
    const error = await rejection('CannotOpen', createRecorder({ path: join(folder, name) }));
    expect(error.message).toMatch(/not writable/);
    expect(contents(folder)).toEqual(before);
  });

  it('does not make a folder for recordings', async () => {
    await rejection('CannotOpen', createRecorder({ directory: join(folder, 'recordings'), thread: false }));
    expect(contents(folder)).toEqual(before);
  });
});

it.runIf(process.platform === 'linux')('does not record to /proc, which looks writable to root', async () => {
  const error = await rejection('CannotOpen', createRecorder({ path: '/proc/flight.db', thread: false }));
  expect(error.message).toContain('/proc/flight.db');
});
