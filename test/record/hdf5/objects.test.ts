import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  createRecorder,
  type Hdf5DatasetOptions,
  Hdf5Objects,
  type Hdf5Values,
  type Recorder,
  type RecorderConfig,
} from '../../../src/index.ts';
import { scratch } from '../../backends/scratch.ts';
import { refusal } from '../../support/errors.ts';

async function withObjects(
  use: (objects: Hdf5Objects, recorder: Recorder) => void,
  config: RecorderConfig = {},
): Promise<void> {
  const path = join(scratch(), 'a.h5');
  const recorder = await createRecorder({ backend: 'hdf5', path, runId: 'r', thread: false, ...config });
  try {
    use(new Hdf5Objects(recorder), recorder);
  } finally {
    await recorder.close();
  }
}

describe('a recorder of another backend', () => {
  it('is refused by its name', async () => {
    const recorder = await createRecorder({ path: join(scratch(), 'a.db'), thread: false });
    const error = refusal('InvalidConfig', () => new Hdf5Objects(recorder));
    expect(error.message).toMatch(/backend hdf5, and this recorder's is sqlite/);
    expect(error.fields).toEqual({ key: 'backend', value: 'sqlite' });
    await recorder.close();
  });

  it('takes all where nothing is recorded', async () => {
    const recorder = await createRecorder({ backend: 'none' });
    const objects = new Hdf5Objects(recorder);
    objects.createGroup('a');
    const dataset = objects.createDataset('a/b', [2], 'f8');
    dataset.write([1, 2]);
    expect(dataset.rows).toBe(2);
    refusal('InvalidBatch', () => dataset.write([1, 2, 3]));
  });
});

it.each([
  ['', /empty/],
  ['a//b', /empty/],
  ['a/', /empty/],
  ['/', /already/],
  ['/r', /already/],
  ['../../x', /a dot/],
  ['a\0', /no text of HDF5/],
  ['tables', /recorder's own/],
  ['/r/tables/mine', /recorder's own/],
  ['/r/episode_000001', /recorder's own/],
  ['episode_7/x', /recorder's own/],
  ['known', /already/],
  ['/r/known', /already/],
  ['known/data', /already/],
  ['known/data/below', /is a dataset, not a group/],
])('refuses the path %j', async (path, message) => {
  await withObjects((objects) => {
    objects.createGroup('known');
    objects.createDataset('known/data', [1], 'f8');
    expect(refusal('InvalidConfig', () => objects.createGroup(path)).message).toMatch(message);
    refusal('InvalidConfig', () => objects.createDataset(path, [1], 'f8'));
  });
});

it('makes no groups on the way where that is off', async () => {
  await withObjects(
    (objects) => {
      const error = refusal('InvalidConfig', () => objects.createDataset('/a/b/c', [], 'f8'));
      expect(error.message).toMatch(/there is no group \/a, and createIntermediateGroups is off/);
      objects.createGroup('/a');
      refusal('InvalidConfig', () => objects.createGroup('/a/b/c'));
      objects.createGroup('/a/b');
      objects.createDataset('/a/b/c', [], 'f8');
      objects.createGroup('within the run');
    },
    { hdf5: { createIntermediateGroups: false } },
  );
});

it('has nothing made by what was refused', async () => {
  await withObjects((objects) => {
    refusal('InvalidConfig', () => objects.createGroup('a/b', { odd: 'nul\0' }));
    refusal('InvalidConfig', () => objects.createDataset('a', [1], 'f8', { attributes: { simtape_x: 1 } }));
    objects.createDataset('a', [1], 'f8');
  });
});

it.each<[string, Record<string, unknown>, RegExp]>([
  ['/', { format: 'x' }, /recorder's own/],
  ['/r', { state: 'x' }, /recorder's own/],
  ['/r/episode_000001', { simtape_rows: 1 }, /recorder's own/],
  ['/r/tables/t/x', { columns: 1 }, /recorder's own/],
  ['/r', { note: { nested: true } }, /takes a number, bigint/],
  ['known', { '': 1 }, /attribute named ""/],
])('refuses attributes %s %j', async (path, attributes, message) => {
  await withObjects((objects) => {
    objects.createGroup('known');
    const error = refusal('InvalidConfig', () => objects.setAttributes(path, attributes as never));
    expect(error.message).toMatch(message);
  });
});

it('refuses attributes of what is not there', async () => {
  await withObjects((objects) => {
    refusal('NotFound', () => objects.setAttributes('/nowhere', { a: 1 }));
    refusal('NotFound', () => objects.setAttributes('nowhere', { a: 1 }));
  });
});

it.each<[readonly number[], string, Hdf5DatasetOptions, RegExp]>([
  [[1], 'i8', {}, /int64 in NumPy and int8 in simtape/],
  [[1], 'float16', {}, /it takes float64/],
  [[1], '>f8', {}, /it takes float64/],
  [[1], 'S0', {}, /length is an integer/],
  [[-1], 'f8', {}, /shape/],
  [[1.5], 'f8', {}, /shape/],
  [[1], 'f8', { chunks: 4 } as never, /chunks: there is no such option/],
  [[], 'f8', { compression: 'gzip' }, /a single value has no chunks/],
  [[2], 'f8', { compression: 'szip' } as never, /takes gzip, lzf or none/],
  [[2], 'f8', { compressionOpts: 10 }, /compressionOpts/],
  [[0], 'f8', { layout: 'chunked' }, /give maxShape/],
  [[2, 2], 'f8', { maxShape: [null] }, /it takes 2 sizes/],
  [[2, 2], 'f8', { maxShape: [2, null] }, /only the first axis grows/],
  [[2], 'f8', { maxShape: [1] }, /at most 1 rows/],
  [[2], 'f8', { layout: 'compact', maxShape: [null] }, /only chunks grow/],
  [[2], 'f8', { layout: 'contiguous', shuffle: true }, /only chunks have it/],
  [[200], 'f8', { layout: 'compact' }, /1024 is the most/],
  [[2 ** 20], 'f8', { layout: 'contiguous' }, /is the most: take chunked/],
  [[2], 'str', { fletcher32: true }, /cannot have fletcher32/],
  [[2], 'str', { fillValue: 1 }, /cannot be filled/],
  [[2], 'uint8', { fillValue: 256 }, /cannot hold its fill value/],
])('refuses a dataset %j of %s with %j', async (shape, dtype, options, message) => {
  await withObjects((objects) => {
    const error = refusal('InvalidConfig', () => objects.createDataset('d', shape, dtype, options));
    expect(error.message).toMatch(message);
    objects.createDataset('d', [1], 'f8');
  });
});

const GROWS = { maxShape: [null, 2] } as const;

it.each<[readonly number[], string, Hdf5DatasetOptions, Hdf5Values, RegExp]>([
  [[0, 2], 'f8', GROWS, [1, 2, 3], /takes \[rows, 2\], not values of the shape \[3\]/],
  [[0, 2], 'f8', GROWS, [[1, 2], [3]], /differ in shape/],
  [[0, 2], 'f8', GROWS, [[1, 2], 3], /differ in shape/],
  [[0, 2], 'f8', GROWS, Float64Array.of(1, 2, 3), /3 elements are no rows of 2/],
  [[], 'f8', {}, [1], /takes a single value/],
  [[2], 'f8', {}, [1, 2, 3], /takes 2 rows at the most, not 3/],
  [[2], 'f8', {}, ['1', '2'], /element 0 is "1"/],
  [[1], 'f8', {}, 2n ** 53n + 1n, /cannot hold as it is/],
  [[1], 'int8', {}, 128, /cannot hold/],
  [[1], 'uint8', {}, -1, /cannot hold/],
  [[1], 'int32', {}, 1.5, /cannot hold/],
  [[1], 'int32', {}, Number.NaN, /cannot hold/],
  [[1], 'int64', {}, 2 ** 53, /cannot hold/],
  [[1], 'int64', {}, 2n ** 63n, /cannot hold/],
  [[1], 'uint64', {}, -1n, /cannot hold/],
  [[1], 'float32', {}, 1e39, /cannot hold/],
  [[1], 'float32', {}, Float64Array.of(0.1), /cannot hold/],
  [[1], 'bool', {}, 2, /cannot hold/],
  [[1], 'f8', {}, true, /cannot hold/],
  [[1], 'str', {}, 'nul\0', /U\+0000/],
  [[1], 'str', {}, '\ud800', /well-formed/],
  [[1], 'str', {}, 1, /neither text nor bytes/],
  [[1], 'S3', {}, 'naïv', /5 bytes of UTF-8, but 3 is the most/],
  [[1], 'V3', {}, new Uint8Array(2), /2 bytes, but 3/],
])('refuses for [%s] of %s (%o) the values %s', async (shape, dtype, options, values, message) => {
  await withObjects((objects) => {
    const dataset = objects.createDataset('d', shape, dtype, options);
    expect(refusal('InvalidBatch', () => dataset.write(values)).message).toMatch(message);
    expect(dataset.rows).toBe(0);
  });
});

it('says where rows go', async () => {
  await withObjects((objects) => {
    const grows = objects.createDataset('grows', [3, 2], 'f8', GROWS);
    expect(grows).toMatchObject({ path: '/r/grows', dtype: 'f8', shape: [3, 2], rows: 0 });
    grows.write([1, 2]);
    grows.write([[1, 2]], 4);
    expect(grows).toMatchObject({ shape: [5, 2], rows: 5 });
    expect(refusal('InvalidBatch', () => grows.write([1, 2], 4)).message).toMatch(/written once, and 5 are/);
    refusal('InvalidBatch', () => grows.write([1, 2], 5.5));
    const fixed = objects.createDataset('fixed', [3], 'f8');
    fixed.write([1, 2, 3]);
    expect(refusal('InvalidBatch', () => fixed.write([1])).message).toMatch(/offset 0 writes over/);
    fixed.write([4], 1);
    refusal('InvalidBatch', () => fixed.write([4], -1));
    const limited = objects.createDataset('limited', [1], 'f8', { maxShape: [2] });
    limited.write([1, 2]);
    refusal('InvalidBatch', () => limited.write([3]));
  });
});

it('takes nothing once the recorder is closed', async () => {
  let write = (): void => {};
  await withObjects((objects) => {
    const dataset = objects.createDataset('d', [0], 'f8', { maxShape: [null] });
    write = () => dataset.write([1]);
    write();
  });
  refusal('RecorderClosed', write);
});
