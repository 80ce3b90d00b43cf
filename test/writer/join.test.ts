import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createRecorder, joinRecorder, type LaneHandle } from '../../src/index.ts';
import { refusal } from '../support/errors.ts';

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
