import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { array, createRecorder, defineTable, joinRecorder, type LaneHandle } from '../../src/index.ts';
import { refusal } from '../support/errors.ts';

const PROGRAM = fileURLToPath(new URL('./programs/lane-exit.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'simtape-join-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('joinRecorder', () => {
  test('refuses a handle that was used before', async () => {
    await using recorder = await createRecorder({ path: join(folder, 'twice.db') });
    const handle = recorder.attach();
    await using lane = joinRecorder(handle);
    expect(lane.isRecording()).toBe(true);
    expect(refusal('InvalidConfig', () => joinRecorder(handle)).message).toContain('twice');
  });

  test('refuses a handle that came without its port', async () => {
    await using recorder = await createRecorder({ path: join(folder, 'portless.db') });
    const handle = recorder.attach();
    const portless = { ...handle, port: undefined } as unknown as LaneHandle;
    expect(refusal('InvalidConfig', () => joinRecorder(portless)).message).toContain('handle.port');
    await joinRecorder(handle).close();
  });

  test('refuses a lane of a recorder that is closed', async () => {
    const recorder = await createRecorder({ path: join(folder, 'closed.db') });
    const handle = recorder.attach();
    await recorder.close();
    refusal('RecorderClosed', () => joinRecorder(handle));
  });
});

test('the timer of a lane whose recorder is closed throws nothing at the process', async () => {
  const table = defineTable('state', { values: array('f64', 64) });
  const recorder = await createRecorder({
    path: join(folder, 'timer.db'),
    overflow: 'drop-oldest',
    memoryLimitMb: 2,
    flushIntervalMs: 10,
  });
  const lane = joinRecorder(recorder.attach());
  const { append } = lane.table(table);
  const row = { values: new Float64Array(64) };
  // Some was dropped, so that the lane has to tell the writer where to go on.
  while (lane.metrics().tables.state!.dropped === 0) append(row);
  recorder.closeSync();
  const ticked = Promise.withResolvers<void>();
  const watch = setInterval(ticked.resolve, 10);
  await ticked.promise;
  clearInterval(watch);
  refusal('RecorderClosed', () => append(row));
});

test('a process that ends closes lanes before the recorder that they belong to', () => {
  const path = join(folder, 'exit.db');
  const done = spawnSync(process.execPath, [PROGRAM, path], { encoding: 'utf8', timeout: 30_000 });
  expect(done.status, done.stderr).toBe(0);
  using database = new DatabaseSync(path, { readOnly: true });
  expect(database.prepare('SELECT n FROM item').all()).toEqual([{ n: 1 }]);
});
