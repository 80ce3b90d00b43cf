import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import { createRecorder, type Recorder } from '../../../src/index.ts';
import { openRecording } from '../../../src/read/index.ts';
import { connect, faults, freshPath, one } from '../scratch.ts';
import { readOnlyPlace } from './read-only-place.ts';

const STEPS = 500;

async function open(path: string): Promise<Recorder> {
  const recorder = await createRecorder({ path });
  for (let i = 0; i < STEPS; i++) recorder.recordStep({ position: [i, -0] }, i, 1);
  return recorder;
}

/** Expects the file alone in its folder, in the mode without a log (sqlite.org/fileformat2.html, section 1.3.3). */
function expectOnePlainFile(path: string): void {
  expect(readdirSync(dirname(path))).toEqual([basename(path)]);
  expect([...readFileSync(path).subarray(18, 20)]).toEqual([1, 1]);
  expect(one(connect(path), 'SELECT count(*) FROM steps')).toBe(STEPS);
}

it.each<[string, (recorder: Recorder) => Promise<void>]>([
  ['close', (recorder) => recorder.close()],
  ['closeSync', async (recorder) => recorder.closeSync()],
  [
    'the end of its block',
    async (recorder) => {
      await using block = recorder;
      expect(block.isRecording()).toBe(true);
    },
  ],
])('leaves one plain file behind after %s', async (_, close) => {
  const path = freshPath();
  const recorder = await open(path);
  await recorder.flush();
  expect(readdirSync(dirname(path))).toContain(`${basename(path)}-wal`);
  await close(recorder);
  expectOnePlainFile(path);
});

it.each<[string, (recorder: Recorder) => Promise<void>]>([
  ['close', (recorder) => recorder.close()],
  ['closeSync', async (recorder) => recorder.closeSync()],
])('leaves one plain file behind after queries too: %s', async (_, close) => {
  const path = freshPath();
  const recorder = await open(path);
  await recorder.flush();
  expect(await recorder.executeQuery('SELECT count(*) AS steps FROM steps')).toEqual([{ steps: STEPS }]);
  await close(recorder);
  expectOnePlainFile(path);
});

it('loses nothing where another connection reads while it closes', async () => {
  const path = freshPath();
  const recorder = await open(path);
  await recorder.flush();
  const reader = connect(path);
  const rows = reader.prepare('SELECT step_number FROM steps').iterate();
  rows.next();
  recorder.recordStep({ position: [1, 1] }, STEPS, 1);
  await recorder.close();
  expect([...rows]).toHaveLength(STEPS - 1);
  expect(one(reader, 'SELECT count(*) FROM steps')).toBe(STEPS + 1);
  reader.close();
  const database = connect(path, { readOnly: false });
  expect(faults(database)).toEqual([]);
  expect(one(database, 'SELECT count(*) FROM steps')).toBe(STEPS + 1);
  expect(one(database, 'SELECT count(*) FROM runs WHERE end_timestamp IS NULL')).toBe(0);
});

it('makes one plain file of what an earlier run had to leave with its log', async () => {
  const path = freshPath();
  const first = await open(path);
  await first.flush();
  const reader = connect(path);
  one(reader, 'SELECT count(*) FROM steps');
  await first.close();
  reader.close();
  const second = await createRecorder({ path, thread: false });
  await second.close();
  expectOnePlainFile(path);
});

it('leaves the log to the recorder that goes on', async () => {
  const path = freshPath();
  const first = await createRecorder({ path, thread: false });
  const second = await createRecorder({ path, thread: false });
  first.recordStep({ reward: 1 }, 0, 1);
  await first.close();
  second.recordStep({ reward: 2 }, 0, 1);
  await second.close();
  expect(readdirSync(dirname(path))).toEqual([basename(path)]);
  expect(one(connect(path), 'SELECT count(*) FROM steps')).toBe(2);
});

const place = readOnlyPlace();
afterAll(() => place?.remove());

describe.runIf(place !== null)(`on ${place?.means}`, () => {
  it('is read like anywhere else', async () => {
    const path = freshPath();
    await (await open(path)).close();
    const sealed = join(place!.folder, 'flight.db');
    copyFileSync(path, sealed);
    place!.seal();
    using recording = await openRecording(sealed);
    expect((await recording.table('steps').columns()).position_y!.values).toEqual(
      new Float64Array(STEPS).fill(-0),
    );
    const database = new DatabaseSync(sealed, { readOnly: true });
    expect(one(database, 'SELECT count(*) FROM steps')).toBe(STEPS);
    database.close();
    expect(readdirSync(place!.folder)).toEqual(['flight.db']);
  });
});
