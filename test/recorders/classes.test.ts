import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  BaseRecorder,
  createRecorder,
  HDF5Recorder,
  joinRecorder,
  NullRecorder,
  ParquetRecorder,
  type Recorder,
  SQLiteRecorder,
} from '../../src/index.ts';
import { openRecording } from '../../src/read/index.ts';
import { datasetAt, groupAt, withH5 } from '../backends/hdf5/h5.ts';
import { rejection, scratch } from '../backends/scratch.ts';
import { refusal } from '../support/errors.ts';

const CLASSES = [
  ['parquet', ParquetRecorder],
  ['hdf5', HDF5Recorder],
  ['sqlite', SQLiteRecorder],
] as const;

it.each(CLASSES)(
  '%s: a recorder is open when it is made, and does what the engine does',
  async (backend, Made) => {
    const directory = scratch();
    const recorder = new Made({ directory, runId: 'mine', onFailure: 'throw' });
    expect(recorder).toBeInstanceOf(BaseRecorder);
    expect(recorder).toMatchObject({
      backend,
      runId: 'mine',
      state: 'open',
      stallMs: 0,
      currentEpisode: null,
    });
    expect(recorder.startEpisode(3)).toBe(3);
    expect(recorder.currentEpisode).toBe(3);
    for (let i = 0; i < 10; i++) recorder.recordStep({ position: [i, -i], reward: 0.5 }, i);
    recorder.endEpisode({ success: true });
    expect(recorder.currentEpisode).toBeNull();
    recorder.recordStep({ position: [0, 0], reward: 1 }, 0, 4, { note: 'named' });
    recorder.recordEpisode({ success: false }, 4);
    await recorder.flush();
    expect(recorder.metrics().tables.steps).toMatchObject({ submitted: 11, written: 11, pending: 0 });
    await recorder.close();
    expect(recorder.state).toBe('closed');
    using recording = await openRecording(recorder.path!);
    expect(recording.format).toBe(backend);
    const steps = await Array.fromAsync(recording.table('steps').rows());
    expect(steps.map(({ episode_id }) => Number(episode_id))).toEqual([...Array(10).fill(3), 4]);
    expect(steps[10]).toMatchObject({ reward: 1, metadata: { note: 'named' } });
    const episodes = await Array.fromAsync(recording.table('episodes').rows());
    expect(episodes).toMatchObject([
      { total_steps: 10n, total_reward: 5, success: true },
      { total_steps: 1n, success: false },
    ]);
  },
);

it('has every method of a recorder', async () => {
  const engine = await createRecorder({ thread: false, path: join(scratch(), 'flight.db') });
  const methods = new Set<string>();
  for (let at: object = engine; at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) methods.add(name);
  }
  await engine.close();
  const recorder: Recorder = new NullRecorder();
  for (const name of methods) if (name !== 'constructor') expect(name in recorder, name).toBe(true);
});

it('passes every call on to the engine', async () => {
  const recorder = new NullRecorder({ countCalls: true });
  recorder.recordFrame(0);
  recorder.endFrame();
  recorder.recordStep({ reward: 1 }, 0);
  recorder.recordEpisode({}, 1);
  recorder.startEpisode();
  recorder.endEpisode();
  recorder.flushSync();
  await recorder.flush();
  recorder.dumpSync('why');
  await recorder.dump('why');
  recorder.validateData({});
  recorder.explainData({});
  recorder.attach().port.close();
  recorder.metrics();
  recorder.closeSync();
  await recorder.close();
  const counted = Object.keys(recorder.getCallCount());
  expect(counted.sort()).toEqual([
    'attach',
    'close',
    'closeSync',
    'dump',
    'dumpSync',
    'endEpisode',
    'endFrame',
    'explainData',
    'flush',
    'flushSync',
    'metrics',
    'recordEpisode',
    'recordFrame',
    'recordStep',
    'startEpisode',
    'validateData',
  ]);
});

it('a null recorder records nothing, and counts its calls only where it is asked to', () => {
  const silent = new NullRecorder({ directory: scratch() });
  silent.recordStep({ reward: 1 }, 0);
  expect(silent.isRecording()).toBe(false);
  expect(silent.getCallCount()).toEqual({});
  expect(silent.path).toBeNull();
  const counting = new NullRecorder({ countCalls: true });
  for (let i = 0; i < 5; i++) counting.recordStep({ reward: 1 }, i);
  expect(counting.getCallCount()).toEqual({ recordStep: 5 });
});

it('a class stands for its backend', () => {
  expect(refusal('InvalidConfig', () => new ParquetRecorder({ backend: 'sqlite' })).message).toMatch(
    /this class records with parquet; RecorderFactory/,
  );
  expect(refusal('InvalidConfig', () => new SQLiteRecorder({ fallback: ['none'] })).fields.key).toBe(
    'fallback',
  );
  refusal('CannotOpen', () => new SQLiteRecorder({ path: join(scratch(), 'missing', 'x.db') }));
});

it('BaseRecorder itself records with any backend', async () => {
  const recorder = new BaseRecorder({ backend: 'sqlite', directory: scratch() });
  recorder.recordStep({ reward: 1 }, 0);
  await recorder.close();
  expect(recorder.metrics().tables.steps!.written).toBe(1);
});

it('lanes of other threads record into a class too', async () => {
  const recorder = new SQLiteRecorder({ path: join(scratch(), 'flight.db') });
  const lane = joinRecorder(recorder.attach());
  lane.recordStep({ reward: 1 }, 0, 1);
  await lane.close();
  await recorder.close();
  expect(recorder.metrics().tables.steps!.written).toBe(1);
});

it('parquet: makes a table by dtypes, writes batches into it, and flushes', async () => {
  const recorder = new ParquetRecorder({ directory: scratch() });
  const readings = recorder.createTable(
    {
      sensor: 'string',
      value: 'float64',
      count: 'int64',
      image: 'uint8[3]',
      at: 'datetime64[ns]',
      ok: 'bool',
    },
    { name: 'readings', description: 'of the sensors' },
  );
  expect(
    recorder.writeBatch([
      { sensor: 'a', value: 1.5 },
      { sensor: 'b', value: Number.NaN, count: 7 },
    ]),
  ).toBe(2);
  expect(recorder.writeBatch([{ image: [1, 2, 3], at: 5n, ok: true }], readings)).toBe(1);
  readings.append({ sensor: 'c' });
  await recorder.flushBuffer();
  expect(recorder.metrics().tables.readings).toMatchObject({ submitted: 4, written: 4 });
  await recorder.close();
  using recording = await openRecording(recorder.path!);
  const rows = await Array.fromAsync(recording.table('readings').rows());
  expect(rows).toMatchObject([
    { sensor: 'a', value: 1.5, count: null },
    { sensor: 'b', value: Number.NaN, count: 7n },
    { at: 5n, ok: true },
    { sensor: 'c', value: null },
  ]);
  expect([...(rows[2]!.image as Uint8Array)]).toEqual([1, 2, 3]);
  const [info] = recording.tables().filter(({ name }) => name === 'readings');
  expect(info!.columns.map(({ kind }) => kind)).toEqual(['utf8', 'f64', 'i64', 'array', 'timestamp', 'bool']);
});

it('parquet: a type that there is not is refused with the nearest', async () => {
  await using recorder = new ParquetRecorder({ directory: scratch() });
  const message = (dtype: string) =>
    refusal('InvalidSchema', () => recorder.createTable({ x: dtype as 'f64' })).message;
  expect(message('flaot64')).toMatch(/data\.x is of type "flaot64".*did you mean float64\?/);
  expect(message('float')).toMatch(/float64 \(as in NumPy\) or float32 \(as in Arrow\)/);
  expect(message('string[3]')).toMatch(/arrays such as float64\[3\]/);
  refusal('InvalidSchema', () => recorder.writeBatch([{}]));
  recorder.createTable({ x: 'float64' });
  refusal('InvalidValue', () => recorder.writeBatch([{ x: 1 }, { x: 'text' }]));
  expect(recorder.metrics().tables.data).toMatchObject({ submitted: 2, rejected: 1 });
});

it('sqlite: makes its schema before the first step', async () => {
  const recorder = new SQLiteRecorder({ path: join(scratch(), 'flight.db') });
  recorder.createSchema();
  await recorder.flush();
  const names = await recorder.executeQuery("SELECT name FROM sqlite_schema WHERE type = 'table'");
  expect(names.map(({ name }) => name)).toEqual(expect.arrayContaining(['runs', 'episodes', 'steps']));
  const indexes = await recorder.executeQuery("SELECT count(*) AS n FROM sqlite_schema WHERE type = 'index'");
  expect(Number(indexes[0]!.n)).toBeGreaterThan(0);
  await recorder.close();
});

it('sqlite: answers queries with parameters as objects, while it records', async () => {
  const recorder = new SQLiteRecorder({ path: join(scratch(), 'flight.db') });
  for (let i = 0; i < 5; i++) recorder.recordStep({ reward: i }, i);
  await recorder.flush();
  expect(
    await recorder.executeQuery('SELECT reward FROM steps WHERE reward > ? AND reward < ?', [1, 4]),
  ).toEqual([{ reward: 2 }, { reward: 3 }]);
  await rejection('QueryFailed', recorder.executeQuery('DELETE FROM steps'));
  await recorder.close();
});

it('sqlite: gives a read-only connection, the same each time, and closes it before the file', async () => {
  const folder = scratch();
  const recorder = new SQLiteRecorder({ path: join(folder, 'flight.db') });
  recorder.recordStep({ reward: 1 }, 0);
  await recorder.flush();
  const connection = recorder.getConnection();
  expect(recorder.getConnection()).toBe(connection);
  expect(connection.prepare('SELECT count(*) AS n FROM steps').get()).toEqual({ n: 1 });
  expect(() => connection.exec('DELETE FROM steps')).toThrow(/readonly/);
  recorder.closeConnections();
  expect(connection.isOpen).toBe(false);
  const second = recorder.getConnection();
  expect(second.prepare('SELECT count(*) AS n FROM steps').get()).toEqual({ n: 1 });
  await recorder.close();
  expect(second.isOpen).toBe(false);
  expect(readdirSync(folder)).toEqual(['flight.db']);
});

it('hdf5: closeFile ends the run and closes the file', async () => {
  const recorder = new HDF5Recorder({ path: join(scratch(), 'flight.h5') });
  recorder.recordStep({ reward: 1 }, 0);
  await recorder.closeFile();
  expect(recorder.state).toBe('closed');
  using recording = await openRecording(recorder.path!);
  expect(recording.runs()).toMatchObject([{ state: 'ended', steps: 1 }]);
});

it('hdf5: makes groups, datasets and attributes beside the recording', async () => {
  const recorder = new HDF5Recorder({ path: join(scratch(), 'flight.h5'), runId: 'r' });
  recorder.createGroup('calibration', { camera: 'left' });
  const gains = recorder.createDataset('calibration/gains', [0, 2], 'float64', { maxShape: [null, 2] });
  gains.write([
    [1, 2],
    [3, 4],
  ]);
  recorder.setAttributes('calibration/gains', { unit: 'dB' });
  recorder.recordStep({ reward: 1 }, 0);
  await recorder.closeFile();
  await withH5(recorder.path!, (file) => {
    expect(groupAt(file, 'r/calibration').attrs.camera!.value).toBe('left');
    const dataset = datasetAt(file, 'r/calibration/gains');
    expect(dataset.shape).toEqual([2, 2]);
    expect(dataset.value).toEqual(Float64Array.of(1, 2, 3, 4));
    expect(dataset.attrs.unit!.value).toBe('dB');
    expect(datasetAt(file, 'r/episode_000001/reward').value).toEqual(Float64Array.of(1));
  });
});
