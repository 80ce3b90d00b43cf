import { expect, it } from 'vitest';
import * as z from 'zod';
import { BACKEND_NAMES as BACKENDS } from '../../src/backends/names.ts';
import { describeConfig } from '../../src/config/index.ts';
import { BACKEND_KEYS } from '../../src/config/record/backend-keys.ts';
import { resolveConfig } from '../../src/config/recorder-config.ts';
import { refusal } from '../support/errors.ts';
import { compose } from './files.ts';

it.each(BACKENDS)('%s: what is printed can be composed again', (backend) => {
  const composed = compose(
    {},
    { overrides: [`record=${backend}`], environment: { PLUME_BUFFER_SIZE: '77' } },
  );
  const again = compose({ config: describeConfig(composed) });
  expect(again.values).toEqual(composed.values);
  expect(resolveConfig(again.recorder)).toEqual(resolveConfig(composed.recorder));
});

/** Another value than the default's, of each key of which the type alone does not say one. */
const OTHERS: Record<string, unknown> = {
  'storage.compression.level': 5,
  'storage.encodings': { reward: 'PLAIN' },
  'storage.directory_template': '{base_directory}/mine/{run_id}',
  'storage.file_patterns.trajectory': 't_{part}.parquet',
  'storage.file_patterns.summary': 's_{part}.parquet',
  'storage.file_patterns.metadata': 'm.parquet',
  'storage.file_patterns.statistics': 'st.parquet',
  'storage.file_patterns.table': 'x_{table}_{part}.parquet',
  'storage.file_path': 'other_{run_id}.h5',
  'storage.compression.algorithm': 'gzip',
  'storage.compression': 'lzf',
  'storage.transaction_mode': 'deferred',
  'storage.durability': 'power',
  'performance.journal_mode': 'DELETE',
  'performance.synchronous': 'EXTRA',
  'performance.buffer.overflow': 'drop-oldest',
  'performance.buffer.warning_threshold': 0.5,
  'performance.connection_timeout': 3,
  'recording.validate': 'full',
  fallback: ['sqlite', 'none'],
};
/** Keys that need another one to be taken. */
const WITH: Record<string, string[]> = {
  'storage.compression.level': ['record.storage.compression.algorithm=gzip'],
  'performance.buffer.keep.units': ['record.performance.buffer.overflow=drop-oldest'],
  'performance.buffer.keep.seconds': ['record.performance.buffer.overflow=drop-oldest'],
  'debug.count_calls': ['record.debug.enabled=true'],
};

const rows = BACKENDS.flatMap((backend) =>
  BACKEND_KEYS[backend].flatMap(({ key, option, takes }) =>
    option === null ? [] : [{ backend, key, option, takes }],
  ),
);

it.each(rows)('$backend: $key changes $option', ({ backend, key, option, takes }) => {
  const overrides = [`record=${backend}`, ...(WITH[key] ?? [])];
  const read = (config: unknown) =>
    option
      .split('.')
      .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], config);
  const before = read(resolveConfig(compose({}, { overrides }).recorder));
  const guesses = [!before, 70_003, 'another', 3].filter((guess) => takes.safeParse(guess).success);
  const value = OTHERS[key] ?? guesses[0];
  const after = compose({}, { overrides: [...overrides, `++record.${key}=${JSON.stringify(value)}`] });
  expect(read(resolveConfig(after.recorder))).toBeDefined();
  expect(read(resolveConfig(after.recorder))).not.toEqual(before);
});

it('takes the names of the specification for _target_', () => {
  const of = (name: string) => `record: { _target_: plume_nav_sim.recording.backends.${name} }`;
  expect(compose({ config: of('HDF5Recorder') }).recorder.backend).toBe('hdf5');
  expect(compose({ config: of('NullRecorder') }).recorder.backend).toBe('none');
  const error = refusal('InvalidConfig', () => compose({ config: of('ParquetRecorde') }));
  expect(error.message).toMatch(/did you mean plume_nav_sim.recording.backends.ParquetRecorder\?/);
  expect(error.fields).toMatchObject({ key: 'record._target_', file: 'config.yaml', line: 1 });
});

it('reads every variable of the environment, by either name, and tells which mean nothing', () => {
  const environment = {
    PLUME_BUFFER_SIZE: '2000',
    SIMTAPE_BUFFER_MEMORY_MB: '200',
    PLUME_PARQUET_COMPRESSION: 'gzip',
    PLUME_HDF5_COMPRESSION: 'lzf',
    PLUME_ASYNC_IO: 'true',
    SIMTAPE_IO_WORKERS: '4',
  };
  const parquet = compose({}, { environment });
  expect(parquet.recorder).toMatchObject({
    maxRecords: 2000,
    memoryLimitMb: 200,
    thread: true,
    parquet: { compression: 'gzip', encoders: 3 },
  });
  expect(parquet.notes).toEqual([
    'PLUME_HDF5_COMPRESSION is set, but the backend parquet has no storage.compression',
  ]);
  const hdf5 = compose(
    {},
    { environment: { ...environment, PLUME_RECORD_BACKEND: 'hdf5', PLUME_ASYNC_IO: 'false' } },
  );
  expect(hdf5.recorder).toMatchObject({ thread: false, hdf5: { compression: 'lzf' } });
  expect(hdf5.notes).toHaveLength(2);
  const twins = { PLUME_BUFFER_SIZE: '1', SIMTAPE_BUFFER_SIZE: '2' };
  expect(refusal('InvalidConfig', () => compose({}, { environment: twins })).message).toMatch(
    /set one of the two/,
  );
});

it.each<[override: string, message: RegExp]>([
  ['record.performance.buffer.max_records=0', /takes a whole number from 1/],
  ['record.performance.buffer.max_records=many', /"many": takes a whole number/],
  ['record.performance.buffer.flush_interval_seconds=-1', /takes a number of seconds above 0/],
  ['record.performance.buffer.warning_threshold=1.5', /takes a share above 0, up to 1/],
  ['record.recording.full=yes', /takes true or false/],
  ['record.storage.compression=snapy', /takes none, snappy/],
  [
    'record.storage.compression.level=23',
    /record.storage.compression.level = 23: takes a whole number from 0 to 22/,
  ],
  ['record.storage.directory_template=x', /record.storage.directory_template = "x"/],
  ['+record.performance.buffer.max_threshold=1', /is left to be forced/],
  ['+record.performance.max_records=1', /did you mean record.performance.buffer.max_records\?/],
  ['+record.storage.database_path=x', /the backend parquet has no such key; it is for record=sqlite/],
  ['record.storage=1', /is a group of base_directory/],
  ['record.run_id=[1]', /takes a text/],
])('refuses %s', (override, message) => {
  const error = refusal('InvalidConfig', () => compose({}, { overrides: [override] }));
  expect(error.message).toMatch(message);
  expect(error.fields.origin).toBe(`command line: ${override}`);
});

it('says file and line of what a file has wrong', () => {
  const config = 'defaults: [{ record: sqlite }, _self_]\nrecord:\n  storage:\n    batch_sise: 5';
  const error = refusal('InvalidConfig', () => compose({ config }));
  expect(error.message).toMatch(/^config.yaml:4: record.storage.batch_sise = 5: .*did you mean batch_size\?/);
  expect(error.fields).toMatchObject({
    key: 'record.storage.batch_sise',
    value: 5,
    file: 'config.yaml',
    line: 4,
  });
});

it('hands a backend of the user its options, checked by its own schema', () => {
  const options = z.strictObject({ indent: z.int().default(2), gzip: z.boolean().default(false) });
  const backends = { ndjson: { url: 'file:///ndjson.js', options } };
  const config = 'record:\n  _target_: ndjson\n  options:\n    gzip: true';
  expect(compose({ config }, { backends }).recorder).toMatchObject({
    backend: 'file:///ndjson.js',
    options: { indent: 2, gzip: true },
  });
  const wrong = `${config}\n    indent: x`;
  const error = refusal('InvalidConfig', () => compose({ config: wrong }, { backends }));
  expect(error.message).toMatch(/^config.yaml:5: record.options.indent = "x"/);
  expect(compose({ config: config.replace('ndjson', 'file:///any.js') }).recorder.options).toEqual({
    gzip: true,
  });
});
