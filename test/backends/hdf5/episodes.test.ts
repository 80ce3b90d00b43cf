import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createRecorder, defineTable, f64, utf8 } from '../../../src/index.ts';
import { openRecording, verify } from '../../../src/read/index.ts';
import { steps } from '../driver.ts';
import { rejection, scratch } from '../scratch.ts';
import { Driver } from './driver.ts';
import { groupAt, withH5 } from './h5.ts';

it('gives each of many episodes a group, in little memory', async () => {
  const episodes = 1500;
  const path = join(scratch(), 'many.h5');
  const recorder = await createRecorder({ backend: 'hdf5', path, runId: 'r', thread: false });
  for (let episode = 1; episode <= episodes; episode++) {
    for (let step = 0; step < 4; step++) recorder.recordStep({ reward: episode + step / 8 }, step, episode);
    recorder.recordEpisode({ success: episode % 2 === 0 }, episode);
    if (episode % 100 === 0) await recorder.flush();
  }
  await recorder.close();
  await withH5(path, (file) => {
    const names = groupAt(file, 'r')
      .keys()
      .filter((name) => name.startsWith('episode'));
    expect(names).toEqual(
      Array.from({ length: episodes }, (_, i) => `episode_${String(i + 1).padStart(6, '0')}`),
    );
  });
  using reader = await openRecording(path);
  expect(reader.runs()).toMatchObject([{ episodes, steps: episodes * 4 }]);
  const { reward } = await reader.table('steps').columns({ select: ['reward'] });
  expect([...reward!.values]).toEqual(
    Array.from({ length: episodes * 4 }, (_, i) => 1 + Math.floor(i / 4) + (i % 4) / 8),
  );
});

it('takes rows that come long after their episode has ended into a further group', async () => {
  const driver = new Driver();
  for (let episode = 1; episode <= 40; episode++) {
    driver.commit(steps(episode, 0, 3));
    driver.flight.steps.recordEpisode({ success: true }, episode);
    driver.flush();
  }
  driver.commit(steps(1, 3, 5));
  driver.flight.steps.recordEpisode({ note: 'late' }, 1);
  driver.flush();
  driver.backend.close(1);
  expect(await driver.steps(1)).toEqual([0, 1, 2, 3, 4]);
  await withH5(driver.path, (file) => {
    expect(groupAt(file, 'flight/episode_000001').attrs.success!.value).toBeTruthy();
    expect(groupAt(file, 'flight/episode_000001_part_000002').attrs.note!.value).toBe('late');
  });
  using reader = await openRecording(driver.path);
  const [first] = await Array.fromAsync(reader.table('episodes').rows());
  expect(first).toMatchObject({ success: true, note: 'late' });
  expect(reader.runs()).toMatchObject([{ episodes: 40, steps: 122 }]);
  expect((await verify(driver.path)).ok).toBe(true);
});

it('finishes episodes that go on side by side where there is no memory for all', async () => {
  const driver = new Driver({}, 600_000);
  for (let step = 0; step < 60; step++) {
    driver.commit(Array.from({ length: 40 }, (_, episode) => [step, episode + 1] as const));
  }
  driver.backend.close(1);
  for (const episode of [1, 20, 40]) {
    expect(await driver.steps(episode)).toEqual(Array.from({ length: 60 }, (_, step) => step));
  }
  expect((await verify(driver.path)).checks.flatMap(({ problems }) => problems)).toEqual([]);
});

it('keeps what checkpoints supersede within a tenth of the file, and the journal within its limit', async () => {
  const path = join(scratch(), 'paced.h5');
  const recorder = await createRecorder({
    backend: 'hdf5',
    path,
    thread: false,
    hdf5: { compression: 'none', chunkSize: 512, journalBytes: 4 * 2 ** 20 },
  });
  const { append } = recorder.table(defineTable('sample', { a: f64(), b: f64(), c: f64() }));
  let longest = 0;
  for (let i = 0; i < 400_000; i++) {
    append({ a: i, b: -i, c: i / 3 });
    if (i % 5000 !== 4999) continue;
    await recorder.flush();
    using reader = await openRecording(path);
    longest = Math.max(longest, reader.bytes - statSync(path).size);
  }
  await recorder.close();
  expect(existsSync(`${path}.journal`)).toBe(false);
  expect(longest).toBeLessThan(6 * 2 ** 20);
  // Three columns and the row ids.
  expect(statSync(path).size).toBeLessThan(400_000 * 4 * 8 * 1.12);
  expect((await verify(path)).ok).toBe(true);
});

it('refuses a file that is there, and names that are none of HDF5', async () => {
  const folder = scratch();
  const path = join(folder, 'one.h5');
  const open = (to: string) => createRecorder({ backend: 'hdf5', path: to, thread: false });
  const recorder = await open(path);
  recorder.table(defineTable('sample', { a: utf8() })).append({ a: 'kept' });
  expect((await rejection('CannotOpen', open(path))).message).toMatch(/there is such a file already/);
  await recorder.close();
  await rejection('CannotOpen', open(path));
  expect((await rejection('CannotOpen', open(join(folder, 'two.db')))).message).toMatch(/\.h5 or \.hdf5/);
  await rejection('CannotOpen', open(join(path, 'three.h5')));
  using reader = await openRecording(path);
  const [row] = await Array.fromAsync(reader.table('sample').rows());
  expect(row).toMatchObject({ a: 'kept' });
});

it('puts steps into the group of their episode where a long commit has all episodes before them', async () => {
  const driver = new Driver();
  const episodes = Array.from({ length: 60 }, (_, i) => i + 1);
  // As the parts of a commit come: parents first.
  for (const episode of episodes) driver.flight.steps.recordEpisode({ success: true }, episode);
  driver.flush(true);
  driver.commit(episodes.flatMap((episode) => steps(episode, 0, 3)));
  driver.flight.steps.recordEpisode({ note: 'without steps' }, 61);
  driver.flush();
  driver.backend.close(1);
  await withH5(driver.path, (file) => {
    const groups = groupAt(file, 'flight')
      .keys()
      .filter((name) => name.startsWith('episode_'));
    expect(groups).toHaveLength(61);
    expect(groupAt(file, 'flight/episode_000001').keys()).toContain('v');
    expect(groupAt(file, 'flight/episode_000001').attrs.success!.value).toBeTruthy();
  });
  for (const episode of [1, 30, 60]) expect(await driver.steps(episode)).toEqual([0, 1, 2]);
  using reader = await openRecording(driver.path);
  expect(reader.runs()).toMatchObject([{ episodes: 61, steps: 180 }]);
  expect((await verify(driver.path)).checks.flatMap(({ problems }) => problems)).toEqual([]);
});
