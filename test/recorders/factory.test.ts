import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { loadConfig } from '../../src/config/index.ts';
import {
  BaseRecorder,
  HDF5Recorder,
  NullRecorder,
  ParquetRecorder,
  type RecorderClass,
  type RecorderConfig,
  RecorderFactory,
  SQLiteRecorder,
} from '../../src/index.ts';
import { openRecording } from '../../src/read/index.ts';
import { rejection, scratch } from '../backends/scratch.ts';
import { refusal } from '../support/errors.ts';

const { createRecorder, createRecorderAsync, registerBackend, availableBackends } = RecorderFactory;

/** What a recorder of one's own was made with. */
class Listening extends BaseRecorder {
  readonly config: RecorderConfig;
  readonly rows: unknown[] = [];

  constructor(config: RecorderConfig) {
    super(config);
    this.config = config;
  }

  protected override writeStepData(rows: readonly object[]): number {
    this.rows.push(...rows);
    return rows.length * 10;
  }

  protected override writeEpisodeData(): number {
    return 0;
  }
}

beforeAll(() => {
  registerBackend('listening', Listening, { keys: ['loudness', 'path_of_ear'] });
  registerBackend('checked', Listening, {
    keys: ['volume'],
    options: z.strictObject({ volume: z.number().max(11).default(5) }),
  });
  registerBackend('absent', new URL('./no-such-backend.ts', import.meta.url));
});

describe('the flat form', () => {
  it.each([
    ['parquet', ParquetRecorder],
    ['hdf5', HDF5Recorder],
    ['sqlite', SQLiteRecorder],
    ['none', NullRecorder],
  ] as const)('%s gives its class', async (backend, Made) => {
    const place = backend === 'none' ? {} : { output_dir: scratch(), buffer_size: 500, flush_interval: 0.05 };
    const recorder = createRecorder({ backend, ...place });
    expect(recorder).toBeInstanceOf(Made);
    await recorder.close();
    const other = await createRecorderAsync({ backend, ...place });
    expect(other).toBeInstanceOf(Made);
    await other.close();
  });

  it('takes the keys of the specification, groups of them, and options by their own names', async () => {
    const directory = scratch();
    const recorder = createRecorder({
      backend: 'parquet',
      output_dir: directory,
      compression: 'gzip',
      compression_level: 3,
      buffer: { max_records: 1000, max_memory_mb: 50, flush_interval_seconds: 30.0 },
      include_actions: false,
      runId: 'flat',
    });
    expect(recorder.path).toBe(join(directory, 'runs', 'flat'));
    expect(recorder.metrics().buffer.bytesLimit).toBe(50 * 2 ** 20 * 0.6);
    recorder.recordStep({ reward: 1, action: { turn: 1 } }, 0);
    await recorder.close();
    using recording = await openRecording(recorder.path!);
    const [step] = await Array.fromAsync(recording.table('steps').rows());
    expect(step).toMatchObject({ reward: 1, action_data: null });
  });

  it.each([
    [
      { backend: 'parquet', bufer_size: 1 },
      /^code: bufer_size = 1: there is no such key; did you mean buffer_size\?/,
    ],
    [
      { backend: 'parquet', buffer_size: 0 },
      /^code: buffer_size: record\.performance\.buffer\.max_records = 0: takes a whole number/,
    ],
    [{ backend: 'hdf5', compression: 'snapy' }, /^code: compression: .* takes gzip, lzf, none/],
    [{ backend: 'sqlite', compression: 'gzip' }, /code: compression: .* does not compress/],
    [{ backend: 'sqlite', chunk_size: 3 }, /the backend sqlite has no such key; it is for record=hdf5/],
    [
      { backend: 'parquet', buffer: { max_recrods: 1 } },
      /code: buffer\.max_recrods: .*did you mean max_records\?/,
    ],
    [
      { backend: 'sqlite', buffer_size: 10, maxRecords: 20 },
      /maxRecords = 20: it is given by another name too/,
    ],
    [{ backend: 'sqlite', flushIntervalMs: -1 }, /flushIntervalMs/],
    [{ backend: 'sqlite', custom_param: 'value' }, /custom_param = "value": there is no such key/],
    [{ backend: 'listening', loudnes: 1 }, /did you mean loudness\?/],
    [{ backend: 'checked', volume: 12 }, /record\.options\.volume = 12/],
    [[], /a configuration is an object, not array of 0/],
  ])('%j is refused', (config, message) => {
    expect(refusal('InvalidConfig', () => createRecorder(config as object)).message).toMatch(message);
  });

  it('makes the folders of a path, unless it is told not to', async () => {
    const path = join(scratch(), 'data', 'simulation.db');
    const config = { backend: 'sqlite', database_path: path };
    const { message } = refusal('CannotOpen', () => createRecorder({ ...config, makeFolders: false }));
    expect(message).toMatch(/does not exist; make it first, or let it be made \(makeFolders\)/);
    await createRecorder(config).close();
    const record = { _target_: 'simtape.SQLiteRecorder', storage: { database_path: `${path}.d/a.db` } };
    await createRecorder({ record }).close();
    expect(existsSync(`${path}.d/a.db`)).toBe(true);
  });

  it('refuses a backend that there is not, with the nearest name', async () => {
    const error = refusal('BackendUnavailable', () => createRecorder({ backend: 'parqet' }));
    expect(error.message).toMatch(
      /no backend "parqet"; did you mean parquet\? there are parquet, hdf5, sqlite, none, listening/,
    );
    await rejection('BackendUnavailable', createRecorderAsync({ backend: 'listning' }));
  });
});

describe('a composed configuration', () => {
  it('gives the class of its backend, whole or its part record', async () => {
    const directory = scratch();
    const compose = (...overrides: string[]) =>
      loadConfig({
        environment: {},
        overrides: [...overrides, `record.storage.base_directory=${directory}`],
      });
    const parquet = compose('record=parquet', 'record.run_id=first');
    const recorder = createRecorder(parquet);
    expect(recorder).toBeInstanceOf(ParquetRecorder);
    expect(recorder.path).toBe(join(directory, 'runs', 'first'));
    await recorder.close();

    const hdf5 = compose('record=hdf5', "record.storage.file_path='{base_directory}/{run_id}.h5'");
    const fromRecord = createRecorder(hdf5.values.record as object);
    expect(fromRecord).toBeInstanceOf(HDF5Recorder);
    await fromRecord.close();
    using ofRecord = await openRecording(fromRecord.path!);
    expect(ofRecord.runs()[0]!.configuration).toEqual({ record: hdf5.values.record });

    const whole = createRecorder({ ...compose('record=parquet').values, mine: 1 });
    await whole.close();
    using recording = await openRecording(whole.path!);
    expect(recording.runs()[0]!.configuration).toMatchObject({
      mine: 1,
      record: { _target_: 'simtape.ParquetRecorder' },
    });
  });

  it('names a registered backend as its _target_', async () => {
    const folder = scratch();
    mkdirSync(join(folder, 'record'));
    writeFileSync(join(folder, 'record', 'ear.yaml'), '_target_: checked\noptions: { volume: 7 }\n');
    const config = loadConfig({
      environment: {},
      configDirs: [folder],
      overrides: ['record=ear'],
      backends: RecorderFactory.registeredBackends(),
    });
    const recorder = createRecorder(config) as Listening;
    expect(recorder).toBeInstanceOf(Listening);
    expect(recorder.config.options).toEqual({ volume: 7 });
    await recorder.close();
  });
});

describe('a registered backend', () => {
  it('gets its own parameters, checked by its schema', async () => {
    const recorder = createRecorder({ backend: 'listening', loudness: 3, buffer_size: 7 }) as Listening;
    expect(recorder).toBeInstanceOf(Listening);
    expect(recorder.config).toMatchObject({ options: { loudness: 3 }, maxRecords: 7 });
    recorder.recordStep({ reward: 1 }, 0);
    await recorder.close();
    expect(recorder.rows).toMatchObject([{ reward: 1 }]);
    const checked = createRecorder({ backend: 'checked' }) as Listening;
    expect(checked.config.options).toEqual({ volume: 5 });
    await checked.close();
  });

  it('may be a fallback', async () => {
    const recorder = createRecorder({ backend: 'absent', fallback: ['listening', 'none'] });
    const { promise, resolve } = Promise.withResolvers<string>();
    recorder.on('warning', resolve);
    expect(recorder).toBeInstanceOf(Listening);
    expect(await promise).toMatch(
      /^recording with listening .*absent: the backend module file:.* does not load/,
    );
    await recorder.close();
  });

  it('whose constructor throws is closed, and cannot be used', async () => {
    const engines: BaseRecorder[] = [];
    class Broken extends BaseRecorder {
      constructor(config: RecorderConfig) {
        super(config);
        engines.push(this);
        throw new Error('the place for it is not there');
      }

      protected override writeStepData(): number {
        return 0;
      }

      protected override writeEpisodeData(): number {
        return 0;
      }
    }
    registerBackend('broken', Broken);
    const error = refusal('BackendUnavailable', () => createRecorder({ backend: 'broken' }));
    expect(error.message).toMatch(
      /broken cannot be used: Broken could not be made \(the place for it is not there\)/,
    );
    expect(engines.map(({ state }) => state)).toEqual(['closed']);
    const recorder = await createRecorderAsync({ backend: 'broken', fallback: ['none'] });
    recorder.on('warning', () => {});
    expect(recorder).toBeInstanceOf(NullRecorder);
  });

  it('has a name of its own', () => {
    expect(refusal('InvalidConfig', () => registerBackend('sqlite', Listening)).message).toMatch(/taken/);
    const notOne = refusal('InvalidConfig', () => registerBackend('mine', './mine.ts'));
    expect(notOne.message).toMatch(/a subclass of BaseRecorder, or the URL of a module/);
    expect(refusal('InvalidConfig', () => registerBackend('', Listening)).message).toMatch(/not empty/);
  });

  it('is a class that stores rows, by itself or as a recorder of ours does', async () => {
    const refused = (made: unknown) =>
      refusal('InvalidConfig', () => registerBackend('mine', made as RecorderClass)).message;
    expect(refused(class {})).toMatch(/takes a subclass of BaseRecorder/);
    expect(refused(() => {})).toMatch(/takes a subclass of BaseRecorder/);
    class Typo extends BaseRecorder {
      protected writeSteps(): number {
        return 0;
      }
    }
    expect(refused(Typo)).toMatch(/Typo has no method writeStepData: a backend as a class stores its rows/);
    registerBackend('ours', class Ours extends SQLiteRecorder {});
    const recorder = createRecorder({ backend: 'ours', output_dir: scratch() });
    expect(recorder.backend).toBe('sqlite');
    await recorder.close();
  });
});

describe('a list of fallbacks', () => {
  it.each(['sqlite', 5, null])('is a list, not %j', (fallback) => {
    const config = { backend: 'parquet', output_dir: scratch(), fallback };
    const { message } = refusal('InvalidConfig', () => createRecorder(config));
    expect(message).toMatch(/takes a list of backends, such as \[sqlite, none\]/);
  });

  it('gives the class of the backend that is used', async () => {
    const directory = scratch();
    writeFileSync(join(directory, 'taken'), '');
    const config = { backend: 'parquet', path: join(directory, 'taken'), output_dir: directory } as const;
    refusal('CannotOpen', () => createRecorder(config));
    const recorder = createRecorder({ ...config, fallback: ['sqlite', 'none'] });
    recorder.on('warning', () => {});
    expect(recorder).toBeInstanceOf(SQLiteRecorder);
    expect(recorder.path!.startsWith(directory)).toBe(true);
    await recorder.close();
    const asynchronous = await createRecorderAsync({ ...config, fallback: ['none'] });
    asynchronous.on('warning', () => {});
    expect(asynchronous).toBeInstanceOf(NullRecorder);
  });
});

it('says which backends can be used, and why others cannot', async () => {
  const statuses = await availableBackends();
  expect(statuses.slice(0, 4)).toEqual(
    ['parquet', 'hdf5', 'sqlite', 'none'].map((name) => ({ name, available: true })),
  );
  expect(statuses.find(({ name }) => name === 'listening')).toEqual({ name: 'listening', available: true });
  expect(statuses.find(({ name }) => name === 'absent')).toEqual({
    name: 'absent',
    available: false,
    reason: expect.stringContaining('no-such-backend.ts'),
  });
});

it('joins the recorder of another thread as the class of its backend', async () => {
  const recorder = createRecorder({ backend: 'sqlite', output_dir: scratch() });
  const lane = RecorderFactory.joinRecorder(recorder.attach());
  expect(lane).toBeInstanceOf(SQLiteRecorder);
  lane.recordStep({ reward: 1 }, 0, 1);
  await lane.flush();
  expect((lane as SQLiteRecorder).getConnection().prepare('SELECT reward FROM steps').get()).toEqual({
    reward: 1,
  });
  await lane.close();
  await recorder.close();
});
