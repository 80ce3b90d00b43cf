import { join } from 'node:path';
import { expect, it } from 'vitest';
import { resolveConfig } from '../../src/config/recorder-config.ts';
import { createRecorder } from '../../src/index.ts';
import { datasetAt, withH5 } from '../backends/hdf5/h5.ts';
import { scratch } from '../backends/scratch.ts';
import { refusal } from '../support/errors.ts';

it('fills in every default', () => {
  expect(resolveConfig({}).hdf5).toEqual({
    compression: 'gzip',
    compressionOpts: 1,
    chunkSize: 4096,
    trackOrder: true,
    createIntermediateGroups: true,
    shuffle: true,
    fletcher32: true,
    filePath: '{base_directory}/{run_id}.h5',
    journalBytes: 256 * 2 ** 20,
  });
});

it.each<[hdf5: unknown, key: string, message: RegExp]>([
  [{ compression: 'szip' }, 'compression', /"szip": takes gzip, lzf or none. szip is not written.*shuffle/],
  [{ compressionOpts: 0 }, 'compressionOpts', /from 1 to 9/],
  [{ compressionOpts: 10 }, 'compressionOpts', /from 1 to 9/],
  [{ compressionOpts: 1.5 }, 'compressionOpts', /from 1 to 9/],
  [{ chunkSize: 0 }, 'chunkSize', /chunkSize = 0/],
  [{ filePath: 'a.h5' }, 'filePath', /must have \{run_id\}/],
  [{ filePath: '{run_id}.db' }, 'filePath', /must end in \.h5 or \.hdf5/],
  [{ filePath: '{episode}{run_id}.h5' }, 'filePath', /takes \{base_directory\} and \{run_id\}/],
  [{ chunk: 1 }, 'chunk', /there is no such option; there are compression, compressionOpts/],
])('refuses %j', (hdf5, key, message) => {
  const error = refusal('InvalidConfig', () => resolveConfig({ hdf5 }));
  expect(error.fields.key).toBe(`hdf5.${key}`);
  expect(error.message).toMatch(message);
});

it.each([
  [{}, [2, 1, 3], 4096],
  [{ shuffle: false, fletcher32: false, compressionOpts: 9, chunkSize: 100 }, [1], 100],
  [{ compression: 'lzf', chunkSize: 1000 }, [2, 32000, 3], 1000],
  [{ compression: 'none', shuffle: false, fletcher32: false }, [], 4096],
] as const)('stores as %j says', async (hdf5, filters, chunkRows) => {
  const folder = scratch();
  const filePath = `${folder}/experiment_{run_id}.hdf5`;
  const recorder = await createRecorder({
    backend: 'hdf5',
    runId: 'r',
    thread: false,
    hdf5: { ...hdf5, filePath },
  });
  for (let step = 0; step < 5000; step++) recorder.recordStep({ reward: step }, step, 1);
  await recorder.close();
  await withH5(join(folder, 'experiment_r.hdf5'), (file) => {
    const dataset = datasetAt(file, 'r/episode_000001/reward');
    expect(dataset.filters.map(({ id }) => id)).toEqual(filters);
    expect(dataset.metadata.chunks).toEqual([chunkRows]);
    if (filters.includes(1 as never)) {
      const level = 'compressionOpts' in hdf5 ? hdf5.compressionOpts : 1;
      expect(dataset.filters.find(({ id }) => id === 1)!.cd_values).toEqual([level]);
    }
  });
});
