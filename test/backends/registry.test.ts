import { expect, it } from 'vitest';
import { loadBackend } from '../../src/backends/registry.ts';
import { createRecorder } from '../../src/index.ts';
import { freshPath, rejection } from './scratch.ts';

const moduleOf = (source: string): string => `data:text/javascript,${encodeURIComponent(source)}`;

it.each(['postgres', 'SQLITE', '', './backend.js', 'toString', 'constructor', '__proto__'])(
  'refuses the unknown backend "%s" and says which there are',
  async (backend) => {
    const error = await rejection('BackendUnavailable', loadBackend(backend));
    expect(error.message).toMatch(/sqlite, parquet, hdf5, none/);
    expect(error.fields).toEqual({ backend });
  },
);

it('refuses an unknown backend before anything is recorded', async () => {
  const error = await rejection(
    'BackendUnavailable',
    createRecorder({ backend: 'postgres', path: freshPath() }),
  );
  expect(error.fields).toEqual({ backend: 'postgres' });
});

it('says why a module does not load', async () => {
  const error = await rejection('BackendUnavailable', loadBackend(moduleOf('throw new Error("no license")')));
  expect((error.cause as Error).message).toBe('no license');
  expect(error.message).toMatch(/does not load: no license$/);
});

it('refuses a module without a factory', async () => {
  const error = await rejection('BackendUnavailable', loadBackend(moduleOf('export default 5')));
  expect(error.message).toMatch(/no function as its default export/);
});

it('loads the factory of a module by its URL', async () => {
  const factory = await loadBackend(moduleOf('export default (config) => ({ made: config.path })'));
  expect(
    factory({
      path: 'here',
      directory: '',
      durability: 'process',
      memoryBytes: 0,
      flushIntervalMs: 1,
      options: {},
    }),
  ).toEqual({ made: 'here' });
});
