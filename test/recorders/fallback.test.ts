import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createRecorder, createRecorderSync, type RecorderConfig } from '../../src/index.ts';
import { openRecording } from '../../src/read/index.ts';
import { rejection, scratch } from '../backends/scratch.ts';
import { refusal } from '../support/errors.ts';

/** A place that no run folder can be made in: a file stands there. */
function blocked(): { config: RecorderConfig; directory: string } {
  const directory = scratch();
  writeFileSync(join(directory, 'taken'), '');
  return { config: { backend: 'parquet', path: join(directory, 'taken'), directory }, directory };
}

const ABSENT = new URL('./no-such-backend.ts', import.meta.url);

it('is an error where the configuration lists no fallback', async () => {
  const { config } = blocked();
  await rejection('CannotOpen', createRecorder(config));
  await rejection('BackendUnavailable', createRecorder({ backend: ABSENT }));
});

it('uses the next backend of the list, says so to a listener that comes later, and keeps it with the run', async () => {
  const { config } = blocked();
  const recorder = await createRecorder({ ...config, metadata: { mine: 1 }, fallback: ['sqlite', 'none'] });
  const { promise, resolve } = Promise.withResolvers<string>();
  recorder.on('warning', resolve);
  expect(recorder.backend).toBe('sqlite');
  const warning = await promise;
  expect(warning).toMatch(/^recording with sqlite as the configuration's fallback says: parquet: .*taken/);
  recorder.recordStep({ reward: 1 }, 0);
  await recorder.close();
  using recording = await openRecording(recorder.path!);
  expect(recording.format).toBe('sqlite');
  expect(recording.runs()[0]!.metadata).toMatchObject({
    mine: 1,
    fallback: { used: 'sqlite', failed: [{ backend: 'parquet', reason: expect.stringContaining('taken') }] },
  });
});

it('passes over every backend that fails, to none, which tells its listeners too', async () => {
  const directory = join(scratch(), 'locked');
  mkdirSync(directory);
  writeFileSync(join(directory, 'file'), '');
  const recorder = createRecorderSync({
    backend: ABSENT,
    directory: join(directory, 'file'),
    fallback: ['sqlite', 'none'],
  });
  const { promise, resolve } = Promise.withResolvers<string>();
  recorder.on('warning', resolve);
  expect(recorder.isRecording()).toBe(false);
  expect(await promise).toMatch(/^recording with none .*no-such-backend.*; sqlite: /);
});

it('fails with every reason where nothing of the list can be used', async () => {
  const { config } = blocked();
  const error = await rejection('BackendUnavailable', createRecorder({ ...config, fallback: [ABSENT] }));
  expect(error.message).toMatch(/^none of the backends parquet, file:.* can be used: parquet: .*; file:/);
});

it.each([
  [
    'a misspelt backend',
    { backend: 'parkuet', fallback: ['none'] },
    'BackendUnavailable',
    /no backend "parkuet"/,
  ],
  [
    'an option that is wrong',
    { backend: 'sqlite', flushIntervalMs: -1, fallback: ['none'] },
    'InvalidConfig',
    /flushIntervalMs/,
  ],
  ['a fallback that is misspelt', { fallback: ['sqlit'] }, 'InvalidConfig', /no backend "sqlit"/],
  [
    'a fallback that is no list',
    { fallback: 'none' },
    'InvalidConfig',
    /fallback = "none": takes a list of backends/,
  ],
  ['something behind none', { fallback: ['none', 'sqlite'] }, 'InvalidConfig', /sqlite is never used/],
] as const)('%s is a mistake, which nothing stands in for', async (_, config, tag, message) => {
  const error = refusal(tag, () => createRecorderSync(config as RecorderConfig));
  expect(error.message).toMatch(message);
});
