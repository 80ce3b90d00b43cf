import { expect, test } from 'vitest';
import { attributesOf, groupAt, withFile } from './support/h5wasm.ts';
import { continueWriter, newWriter } from './support/writers.ts';

test.each([0, 1, 32, 33, 34, 1000])('%i children in one group', async (count) => {
  const { file, writer } = newWriter();
  writer.createGroup('/run');
  const names = Array.from({ length: count }, (_, i) => `child ${(i * 7919) % 1009}`);
  for (const [i, name] of names.entries()) {
    writer.createGroup(`/run/${name}`, { i });
    if (i % 10 === 0) writer.checkpoint();
  }
  writer.close();
  await withFile(file, (opened) => {
    const run = groupAt(opened, '/run');
    expect([...run.keys()].sort()).toEqual([...names].sort());
    for (const [i, name] of names.entries())
      expect(attributesOf(groupAt(opened, `/run/${name}`))).toEqual({ i });
  });
});

test('10,000 finished episodes: checkpoints write little', async () => {
  const { file, writer } = newWriter();
  let written = 0;
  file.onWrite = ({ bytes }) => {
    written += bytes.length;
  };
  const costs: number[] = [];
  for (let episode = 1; episode <= 10_000; episode++) {
    const path = `/run/episode_${String(episode).padStart(6, '0')}`;
    writer.createGroup(path, { episode });
    const rewards = writer.createDataset(`${path}/reward`, {
      dtype: 'f64',
      shape: [0],
      attributes: { unit: '1' },
    });
    rewards.append(Float64Array.of(episode, episode + 0.5));
    writer.finish(path);
    const before = written;
    if (episode % 100 === 0) {
      writer.checkpoint();
      costs.push(written - before);
    }
  }
  writer.close();
  // Of 100 episodes, what was collected and the indexes. With the links of all 10,000, it would be 700 KB.
  expect(Math.max(...costs)).toBeLessThan(150_000);
  await withFile(file, (opened) => {
    const run = groupAt(opened, '/run');
    expect(run.keys()).toHaveLength(10_000);
    for (const episode of [1, 2, 4999, 9999, 10_000]) {
      const name = `episode_${String(episode).padStart(6, '0')}`;
      expect(attributesOf(groupAt(opened, `/run/${name}`))).toEqual({ episode });
      expect(run.get(`${name}/reward`)).toMatchObject({ value: Float64Array.of(episode, episode + 0.5) });
    }
  });
});

test('names of every kind', async () => {
  const { file, writer } = newWriter({ trackOrder: false });
  const names = ['a b', 'ü', '日本語', '..', 'x'.repeat(300), '"', 'ü'.repeat(20_000)];
  for (const name of names) writer.createGroup(`/${name}`);
  for (let i = 0; i < 40; i++) writer.createGroup(`/more ${i}`);
  writer.close();
  const found = await withFile(file, (opened) => groupAt(opened, '/').keys());
  expect(found.filter((name) => !name.startsWith('more')).sort()).toEqual(names.sort());
});

test('children finished in another order than they were made in keep theirs when the file is continued', async () => {
  const { file, writer } = newWriter();
  const names = Array.from({ length: 200 }, (_, i) => `child ${(i * 7919) % 1009}`);
  writer.createGroup('/run');
  for (const name of names.slice(0, 150)) writer.createGroup(`/run/${name}`);
  for (const name of names.slice(0, 150).reverse()) writer.finish(`/run/${name}`);
  writer.checkpoint();
  const second = continueWriter(file);
  second.setAttributes('/run/child 0', { first: true });
  for (const name of names.slice(150)) second.createGroup(`/run/${name}`);
  second.close();
  const found = await withFile(file, (opened) => groupAt(opened, '/run').keys());
  expect(found).toEqual(names);
});
