import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { DiskFile } from '../../../src/backends/hdf5/file.ts';
import { Hdf5Writer } from '../../../src/formats/hdf5/index.ts';
import type { Recorder } from '../../../src/index.ts';
import { H5File } from '../../../src/read/hdf5/file.ts';
import { verify } from '../../../src/read/index.ts';
import { record, scratch } from '../scratch.ts';
import { contentsOf, groupAt, withH5 } from './h5.ts';

afterEach(() => vi.restoreAllMocks());

const EPISODES = 12;

/** Episodes with datasets of three kinds in turn: beside others, of vectors, and of few columns. */
function simulate(recorder: Recorder): void {
  for (let episode = 1; episode <= EPISODES; episode++) {
    for (let step = 0; step < 3; step++) {
      const label = step === 1 ? null : `a\0${step}`;
      const kinds = [{ label, on: step > 1 ? null : true }, { wind: [step, 1, episode] }, {}];
      recorder.recordStep({ reward: step * episode, ...kinds[episode % 3] }, step, episode);
    }
    recorder.recordEpisode({ success: true }, episode);
  }
}

async function recorded(): Promise<string> {
  const path = join(scratch(), 'flight.h5');
  await record(path, simulate, { backend: 'hdf5', runId: 'r' });
  return path;
}

/** What an episode says of its rows. */
function said(path: string, episode: number): Promise<number[]> {
  const group = `r/episode_${String(episode).padStart(6, '0')}`;
  return withH5(path, (file) => Array.from(groupAt(file, group).attrs.simtape_rows!.value as Float64Array));
}

/** Writes what episodes say of their rows. */
function say(path: string, episodes: Readonly<Record<number, readonly number[]>>): void {
  const file = new DiskFile(path, 'r+', false);
  const writer = new Hdf5Writer(file, {}, file);
  for (const [episode, numbers] of Object.entries(episodes))
    writer.setAttributes(`/r/episode_${episode.padStart(6, '0')}`, { simtape_rows: numbers });
  writer.close();
  file.close();
}

it('asks one of the groups that have the same datasets for their names', async () => {
  const path = await recorded();
  const wanted = join(scratch(), 'flight.db');
  await record(wanted, simulate, { backend: 'sqlite', runId: 'r' });
  const names = vi.spyOn(H5File.prototype, 'names');
  expect(await contentsOf(path)).toEqual(await contentsOf(wanted));
  const asked = names.mock.calls.filter(([group]) => group.startsWith('/r/episode_'));
  expect(asked.map(([group]) => group)).toEqual([
    '/r/episode_000001',
    '/r/episode_000002',
    '/r/episode_000003',
  ]);
});

it('reads groups that do not say which datasets they have, among others', async () => {
  const path = await recorded();
  const wanted = await contentsOf(path);
  const [first, second, third] = [await said(path, 1), await said(path, 2), await said(path, 3)];
  say(path, { 1: first.slice(0, 6), 2: second.slice(0, 7), 3: [...third, 1, 2, 3] });
  expect(await contentsOf(path)).toEqual(wanted);
  expect((await verify(path)).checks.flatMap(({ problems }) => problems)).toEqual([]);
});

it('verify finds a group that has other datasets than it says', async () => {
  const path = await recorded();
  const [first, fifth] = [await said(path, 1), await said(path, 5)];
  say(path, { 5: [...fifth.slice(0, 7), first[7]!] });
  const problems = (await verify(path)).checks.flatMap((check) => check.problems);
  expect(problems).toContainEqual(
    expect.stringMatching(/episode_000005 says that it has .*wind, and has others/),
  );
});
