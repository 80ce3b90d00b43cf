import { describe, expect, it } from 'vitest';
import { openRecording, verify } from '../../../src/read/index.ts';
import { steps } from '../driver.ts';
import { Driver } from './driver.ts';
import { groupAt, withH5 } from './h5.ts';

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

describe.each([
  ['in chunks that are not full', {}],
  ['in chunks of their own', { chunkSize: 3 }],
])('a commit in parts, %s', (_, hdf5) => {
  it('is seen when it is whole', async () => {
    const driver = new Driver(hdf5);
    driver.commit(steps(1, 0, 10));
    driver.commit(steps(1, 10, 20), {}, true);
    driver.commit(steps(2, 0, 10), { late: 'x' }, true);
    // Neither for us nor for others.
    expect(await driver.steps(1)).toEqual(range(0, 10));
    expect(await driver.steps(2)).toEqual([]);
    await withH5(driver.path, (file) => {
      expect(groupAt(file, 'flight').keys()).toEqual(['tables', 'episode_000001']);
    });
    driver.commit(steps(3, 0, 1));
    expect(await driver.steps(1)).toEqual(range(0, 20));
    driver.backend.close(1);
    expect(await driver.steps(1)).toEqual(range(0, 20));
    expect(await driver.steps(2)).toEqual(range(0, 10));
    expect(await driver.steps(3)).toEqual([0]);
    expect((await verify(driver.path)).checks.flatMap(({ problems }) => problems)).toEqual([]);
  });

  it('is taken back whole', async () => {
    const driver = new Driver(hdf5);
    driver.commit([...steps(1, 0, 8), ...steps(2, 0, 8)]);
    driver.commit([...steps(1, 8, 20), ...steps(3, 0, 8)], { gone: 1 }, true);
    driver.commit(steps(1, 20, 25), {}, true);
    driver.flight.steps.recordEpisode({ success: true }, 2);
    driver.flush(true);
    driver.backend.abandon();
    driver.commit([...steps(1, 100, 107), ...steps(2, 100, 101)]);
    driver.backend.close(1);
    expect(await driver.steps(1)).toEqual([...range(0, 8), ...range(100, 107)]);
    expect(await driver.steps(2)).toEqual([...range(0, 8), 100]);
    expect(await driver.steps(3)).toEqual([]);
    using reader = await openRecording(driver.path);
    const episodes = await Array.fromAsync(reader.table('episodes').rows());
    expect(episodes.every(({ success }) => success === null)).toBe(true);
    expect(episodes.map(({ episode_id }) => episode_id)).toEqual([1n, 2n]);
    const { checks } = await verify(driver.path);
    expect(checks.flatMap(({ problems }) => problems)).toEqual([]);
  });

  it('is taken back where the run is closed in its midst', async () => {
    const driver = new Driver(hdf5);
    driver.commit(steps(1, 0, 8));
    driver.commit(steps(1, 8, 20), {}, true);
    driver.backend.close(1);
    expect(await driver.steps(1)).toEqual(range(0, 8));
  });
});
