import { hash } from 'node:crypto';
import { join } from 'node:path';
import { Dataset, type File, Group } from 'h5wasm/node';
import { expect, it } from 'vitest';
import { convertRecording, exportRecording } from '../../src/export/index.ts';
import { createRecorder, defineTable, f64, Hdf5Objects, type Recorder } from '../../src/index.ts';
import { openRecording, verify } from '../../src/read/index.ts';
import { withH5 } from '../backends/hdf5/h5.ts';
import { scratch } from '../backends/scratch.ts';

const Sample = defineTable('sample', { x: f64({ unit: 'm' }) });

function open(path: string): Promise<Recorder> {
  return createRecorder({ backend: 'hdf5', path, runId: 'r', thread: false, hdf5: { compression: 'lzf' } });
}

/** Three episodes, and objects of every layout and type beside them. */
function simulate(recorder: Recorder, objects: Hdf5Objects): void {
  recorder.table(Sample).append({ x: 1 });
  for (const episode of [1, 2, 3]) {
    recorder.recordStep({ reward: episode }, 0, episode);
    recorder.recordEpisode({ success: true }, episode);
  }
  objects.createGroup('/rig/left', { text: 'é', flag: true, flags: [true, false], big: 2n ** 60n, none: [] });
  const numbers = Float64Array.from({ length: 50_000 }, (_, i) => i / 3);
  const chunked = { attributes: { units: 'K', list: Int16Array.of(1, 2) }, chunkRows: 1000 };
  objects.createDataset('/rig/left/long', [50_000], 'float64', chunked).write(numbers);
  objects
    .createDataset('/rig/gzip', [4, 2, 2], 'uint16', {
      compression: 'gzip',
      shuffle: false,
      maxShape: [null, 2, 2],
    })
    .write(Uint16Array.from({ length: 8 }, (_, i) => i));
  objects.createDataset('matrix', [2, 2], 'int64').write([
    [1n, 2n ** 60n],
    [3n, 4n],
  ]);
  objects.createDataset('single', [], 'bool').write(true);
  objects.createDataset('when', [1], 'datetime64[ns]').write([7n]);
  objects.createDataset('texts', [0], 'str', { maxShape: [null] }).write(['', 'naïve', 'x'.repeat(300_000)]);
  const many = Array.from({ length: 5000 }, (_, i) => `text ${i}`);
  objects.createDataset('many', [0], 'str', { maxShape: [null] }).write(many);
  objects.createDataset('short', [2], 'S8').write(['é', 'abcdefgh']);
  objects
    .createDataset('blobs', [0], 'bytes', { maxShape: [null] })
    .write([Uint8Array.of(0, 1), new Uint8Array(0)]);
  objects.createDataset('opaque', [2], 'V2').write([Uint8Array.of(1, 0), Uint8Array.of(0, 0)]);
  objects.createDataset('filled', [5], 'float32', { fillValue: -1 }).write([2], 3);
  objects.setAttributes('/', { project: 'x' });
  objects.setAttributes('/r', { note: ['a', 'b'] });
  objects.setAttributes('episode_000002', { quality: 0.5 });
  objects.setAttributes('episode_000002/reward', { seen: true });
  objects.setAttributes('tables/sample/x', { sensor: 'left' });
}

const SET_ON_RECORDED = ['project', 'note', 'quality', 'seen', 'sensor'];

/** What the HDF5 library says of all objects of the user's own, and of the attributes that were set on others. */
function described(file: File): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  const walk = (group: Group, path: string): void => {
    for (const name of ['', ...group.keys()]) {
      const at = `${path}/${name}`;
      const child = name === '' ? group : group.get(name);
      if (!(child instanceof Group || child instanceof Dataset)) throw new Error(`${at} is neither`);
      const isOwn = /^\/(rig|r\/(?!tables|episode_).)/.test(at);
      const attributes = Object.entries(child.attrs)
        .filter(([key]) => isOwn || SET_ON_RECORDED.includes(key))
        .map(([key, { value, dtype, shape }]) => [key, value, dtype, shape]);
      if (attributes.length > 0) found[at] = attributes;
      if (child instanceof Group && name !== '') walk(child, at);
      if (!(child instanceof Dataset) || !isOwn) continue;
      const filters = child.filters.map(({ id }) => id);
      // This reader has no LZF.
      const value = filters.includes(32_000) ? null : shortened(child.value);
      found[at] = { attributes, metadata: child.metadata, filters, value };
    }
  };
  walk(file, '');
  return found;
}

/** A hash in place of many values, which take long to compare one by one. */
function shortened(value: unknown): unknown {
  if (Array.isArray(value) && value.length > 100) return hash('sha256', JSON.stringify(value));
  return ArrayBuffer.isView(value) && value.byteLength > 100 ? hash('sha256', value as Uint8Array) : value;
}

/** Every object and its elements as rows, also those in LZF. */
async function rowsOf(path: string): Promise<unknown[]> {
  using reader = await openRecording(path);
  return Array.from(reader.ownObjects!().rows(), (row) => ({ ...row, data: shortened(row.data) }));
}

it('a conversion from HDF5 to HDF5 carries groups, datasets and attributes of one’s own', async () => {
  const folder = scratch();
  const [source, copy] = [join(folder, 'a.h5'), join(folder, 'b.h5')];
  const recorder = await open(source);
  simulate(recorder, new Hdf5Objects(recorder));
  await recorder.close();
  const report = await convertRecording(source, copy, { compression: 'lzf' });
  expect(report).toMatchObject({ rows: { episodes: 3, sample: 1, steps: 3 }, notes: [] });
  const found = await withH5(copy, described);
  expect(found).toEqual(await withH5(source, described));
  expect(found).toMatchObject({
    '/': [['project', 'x', 'S', []]],
    '/r/episode_000002/reward': [['seen', 1, expect.anything(), []]],
    '/rig/left/long': { filters: [2, 32_000, 3] },
    '/rig/gzip': { filters: [1, 3], metadata: { shape: [4, 2, 2] } },
  });
  expect(await rowsOf(copy)).toEqual(await rowsOf(source));
  expect((await verify(copy)).checks.flatMap(({ problems }) => problems)).toEqual([]);
});

it('so does one of a run that goes on, whose last objects are in the journal', async () => {
  const folder = scratch();
  const source = join(folder, 'a.h5');
  const recorder = await open(source);
  const objects = new Hdf5Objects(recorder);
  const grows = objects.createDataset('grows', [0, 2], 'float32', { maxShape: [null, 2] });
  grows.write([1, 2]);
  simulate(recorder, objects);
  await recorder.flush();
  grows.write([
    [3, 4],
    [5, 6],
  ]);
  await recorder.flush();
  await convertRecording(source, join(folder, 'live.h5'));
  await recorder.close();
  await convertRecording(source, join(folder, 'ended.h5'));
  const live = await withH5(join(folder, 'live.h5'), described);
  expect(live).toEqual(await withH5(join(folder, 'ended.h5'), described));
  expect(live['/r/grows']).toMatchObject({ value: Float32Array.of(1, 2, 3, 4, 5, 6) });
});

it('an export leaves out the attributes of episodes that are left out', async () => {
  const folder = scratch();
  const source = join(folder, 'a.h5');
  const recorder = await open(source);
  simulate(recorder, new Hdf5Objects(recorder));
  await recorder.close();
  const copy = join(folder, 'b.h5');
  expect((await exportRecording(source, copy, { filterEpisodes: [1] })).notes).toEqual([]);
  const found = Object.keys(await withH5(copy, described));
  expect(found).toContain('/r/matrix');
  expect(found.filter((path) => path.includes('episode_'))).toEqual([]);
});

it('says what stays behind, where a format has no place for it or only tables are asked for', async () => {
  const folder = scratch();
  const source = join(folder, 'a.h5');
  const recorder = await open(source);
  recorder.on('error', () => {});
  const objects = new Hdf5Objects(recorder);
  recorder.recordStep({ reward: 1 }, 0, 1);
  objects.createGroup('/rig', { left: true });
  await recorder.flush();
  objects.setAttributes('episode_000009', { a: 1 });
  await recorder.flush().catch(() => {});
  const behind = 'left out: an object of your own in the HDF5 file (/rig), as sqlite has no place for such';
  expect((await convertRecording(source, join(folder, 'b.db'))).notes).toEqual([behind]);
  const tables = { tables: ['steps'] };
  expect((await exportRecording(source, join(folder, 'b.h5'), tables)).notes[0]).toMatch(/only the tables/);
  expect((await exportRecording(source, join(folder, 'b.csv'))).notes).toEqual([]);
  // What the recording itself could not take.
  const { notes } = await convertRecording(source, join(folder, 'c.h5'));
  expect(notes).toEqual([expect.stringMatching(/^left out: there is no \/r\/episode_000009/)]);
  await recorder.close();
});
