import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { openRecording } from '../../src/read/index.ts';
import { canonicalJson } from '../../src/writer/provenance.ts';
import { Cli } from './support/cli.ts';

const cli = new Cli();
afterAll(() => cli[Symbol.dispose]());

const plume = ['record', 'plume', '--episodes', '1', '--steps', '12'];

it('records by the configuration of the command line, and keeps it with the run', async () => {
  const overrides = [
    'record=sqlite',
    'record.storage.database_path=own/{run_id}.db',
    'record.recording.step_interval=5',
  ];
  const result = await cli.json<{ runId: string; path: string; backend: string }>([...plume, ...overrides]);
  expect(result).toMatchObject({ backend: 'sqlite', path: cli.path('own', `${result.runId}.db`) });
  using recording = await openRecording(result.path);
  const steps = await Array.fromAsync(recording.table('steps').rows());
  expect(steps.map(({ step_number }) => Number(step_number))).toEqual([0, 5, 10]);
  const [run] = recording.runs();
  const configuration = run!.configuration as Record<string, unknown>;
  expect(configuration).toMatchObject({
    steps: 12,
    record: {
      _target_: 'simtape.SQLiteRecorder',
      recording: { step_interval: 5 },
      storage: { batch_size: 100 },
    },
  });
  const hash = createHash('sha256').update(canonicalJson(configuration)).digest('hex');
  expect(run).toMatchObject({ configurationHash: hash });
});

it('takes the backend from the environment, over the files and below the command line', async () => {
  const run = async (args: string[]) => {
    const { stdout } = await cli.run([...plume, '--json', ...args], {
      env: { PLUME_RECORD_BACKEND: 'none' },
    });
    return (JSON.parse(stdout) as { backend: string }).backend;
  };
  expect(await run([])).toBe('none');
  expect(await run(['record=sqlite'])).toBe('sqlite');
  expect(await run(['--backend', 'sqlite'])).toBe('sqlite');
});

it('goes on with a backend that the configuration lists as a fallback, and says so', async () => {
  writeFileSync(cli.path('taken'), '');
  const overrides = ['record.storage.path=taken', 'record.fallback=[sqlite,none]'];
  const { stdout, stderr } = await cli.run([...plume, '--json', ...overrides]);
  const result = JSON.parse(stdout) as { backend: string; path: string };
  expect(result).toMatchObject({ backend: 'sqlite', path: expect.stringMatching(/\.db$/) });
  expect(stderr).toMatch(
    /warning: recording with sqlite as the configuration's fallback says: parquet: .*taken/m,
  );
  using recording = await openRecording(result.path);
  expect(recording.runs()[0]!.steps).toBe(12);
});

it('prints the configuration with where each value comes from, and records nothing', async () => {
  mkdirSync(cli.path('mine', 'record'), { recursive: true });
  cli.write('mine/record/lab.yaml', 'defaults: [parquet]\nstorage:\n  base_directory: lab');
  const args = ['record=lab', 'record.storage.compression.algorithm=zstd', '--config-dir', 'mine', '--cfg'];
  const env = { PLUME_BUFFER_SIZE: '2000', PLUME_HDF5_COMPRESSION: 'lzf' };
  const { code, stdout, stderr } = await cli.run([...plume, ...args], { env });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(
    /^record:\n {2}_target_: simtape.ParquetRecorder +# .*conf\/base\/record\/parquet.yaml:\d+$/m,
  );
  expect(stdout).toMatch(/^ {4}base_directory: lab +# mine\/record\/lab.yaml:3$/m);
  expect(stdout).toMatch(/^ {6}algorithm: zstd +# command line: record.storage.compression.algorithm=zstd$/m);
  expect(stdout).toMatch(/^ {6}max_records: 2000 +# environment: PLUME_BUFFER_SIZE$/m);
  expect(stdout).toMatch(/^ {8}units: null +# default$/m);
  expect(stdout).toMatch(
    /^# PLUME_HDF5_COMPRESSION is set, but the backend parquet has no storage.compression$/m,
  );
  expect(existsSync(cli.path('lab'))).toBe(false);

  const json = await cli.json<{ values: object; origins: Record<string, string> }>([...plume, ...args]);
  expect(json.values).toMatchObject({ record: { storage: { base_directory: 'lab' } } });
  expect(json.origins['record.storage.base_directory']).toBe('mine/record/lab.yaml:3');
});

it('records HDF5 with lzf', async () => {
  const args = [...plume, 'record=hdf5', 'record.storage.compression=lzf'];
  expect((await cli.run([...args, '--cfg'])).stdout).toMatch(/^ {4}compression: lzf +# command line/m);
  const result = await cli.json<{ path: string; runId: string }>(args);
  expect(result).toMatchObject({ backend: 'hdf5', path: cli.path('data', `experiment_${result.runId}.h5`) });
  using recording = await openRecording(result.path);
  const record = { storage: { compression: 'lzf', chunk_size: 1000 } };
  expect(recording.runs()).toMatchObject([{ configuration: { record } }]);
});

it('tells of a variable that means nothing to the backend', async () => {
  const { code, stderr } = await cli.run([...plume, 'record=none'], { env: { PLUME_IO_WORKERS: '4' } });
  expect(code).toBe(0);
  expect(stderr).toMatch(/^simtape: warning: PLUME_IO_WORKERS is set, but the backend none has no [^\n]+\n$/);
});

it.for([
  [['record.performance.bufer.max_records=1'], /did you mean record.performance.buffer\?/],
  [['record.performance.buffer.max_records=0'], /takes a whole number from 1 to/],
  [['record=csv'], /there are hdf5, none, parquet, sqlite/],
  [['record=sqlite', '--backend', 'parquet'], /exclude each other/],
  [['+other=1'], /command line: \+other=1: other = 1: there is no such key; the configuration takes record/],
  [['--config-dir', 'nowhere'], /no configuration folder nowhere/],
  [['--config-name', 'confg'], /no such file; did you mean config\?/],
] as const)('%j is refused with exit code 2 and one line', async ([args, message]) => {
  const { code, stdout, stderr } = await cli.run([...plume, ...args]);
  expect(stderr).toMatch(message);
  expect(stderr).toMatch(/^simtape: [^\n]+\n$/);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
});

it('every key of the specification is in the files', () => {
  const keys = (file: string) =>
    readFileSync(new URL(`../../conf/base/record/${file}.yaml`, import.meta.url), 'utf8');
  const wanted = {
    parquet:
      'full step_interval include_observations include_actions include_rewards base_directory algorithm level max_records max_memory_mb flush_interval_seconds enabled worker_threads queue_size',
    hdf5: 'file_path compression compression_opts chunk_size track_order create_intermediate_groups shuffle fletcher32',
    sqlite:
      'database_path batch_size transaction_mode connection_timeout journal_mode synchronous cache_size',
    none: 'enabled count_calls optimization_level',
  };
  for (const [file, names] of Object.entries(wanted)) {
    for (const name of names.split(' '))
      expect(keys(file), `${file}: ${name}`).toMatch(new RegExp(`^ +${name}:`, 'm'));
  }
});
