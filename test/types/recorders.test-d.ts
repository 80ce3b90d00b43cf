import type { DatabaseSync } from 'node:sqlite';
import { expectTypeOf } from 'vitest';
import {
  BaseRecorder,
  createRecorder,
  defineTable,
  f64,
  HDF5Recorder,
  NullRecorder,
  ParquetRecorder,
  type PlainRow,
  type Recorder,
  RecorderFactory,
  RecorderManager,
  type RecorderProtocol,
  type RecordingSession,
  SQLiteRecorder,
  utf8,
} from '../../src/index.ts';

// Checked by `tsc --noEmit`; nothing here runs.

const Reading = defineTable('reading', { sensor: utf8(), value: f64({ nullable: true }) });

export async function rowsAreInferredThroughTheClasses(): Promise<void> {
  for (const recorder of [
    new ParquetRecorder(),
    new SQLiteRecorder(),
    new HDF5Recorder(),
    new NullRecorder(),
  ]) {
    expectTypeOf(recorder).toExtend<BaseRecorder>();
    const readings = recorder.table(Reading);
    expectTypeOf(readings.append)
      .parameter(0)
      .toEqualTypeOf<{ sensor: string; value?: number | null | undefined }>();
    readings.append({ sensor: 'a' });
    // @ts-expect-error a column that the table has not got
    readings.append({ sensor: 'a', vlaue: 1 });
    // @ts-expect-error text in a number column
    readings.append({ sensor: 'a', value: '1' });
    // @ts-expect-error a required column is missing
    readings.append({ value: 1 });
  }
}

export function aClassIsARecorder(): void {
  expectTypeOf<BaseRecorder>().toExtend<Recorder>();
  expectTypeOf<BaseRecorder>().toExtend<RecorderProtocol>();
  expectTypeOf(RecorderFactory.createRecorder({ backend: 'parquet' })).toEqualTypeOf<ParquetRecorder>();
  expectTypeOf(
    RecorderFactory.createRecorder({ backend: 'sqlite', buffer_size: 3 }),
  ).toEqualTypeOf<SQLiteRecorder>();
  expectTypeOf(RecorderFactory.createRecorder({ backend: 'mine' })).toEqualTypeOf<BaseRecorder>();
  // With fallbacks it may be another one.
  expectTypeOf(
    RecorderFactory.createRecorder({ backend: 'sqlite', fallback: ['none'] }),
  ).toEqualTypeOf<BaseRecorder>();
  expectTypeOf(
    RecorderFactory.createRecorderAsync({ backend: 'hdf5' }),
  ).resolves.toEqualTypeOf<HDF5Recorder>();
  expectTypeOf(new SQLiteRecorder().getConnection()).toEqualTypeOf<DatabaseSync>();
  expectTypeOf(new NullRecorder().exportData('x')).resolves.toEqualTypeOf<true>();
}

export function dtypesGiveTheRow(): void {
  const recorder = new ParquetRecorder();
  const table = recorder.createTable({
    at: 'timestamp[ns]',
    value: 'float64',
    n: 'int64',
    image: 'uint8[16]',
    ok: 'bool',
  });
  expectTypeOf(table.append).parameter(0).toEqualTypeOf<{
    at?: bigint | Date | null | undefined;
    value?: number | null | undefined;
    n?: bigint | number | null | undefined;
    image?: ArrayLike<number> | null | undefined;
    ok?: boolean | null | undefined;
  }>();
  recorder.writeBatch([{ value: 1, image: [1, 2] }], table);
  // @ts-expect-error text in a number column
  recorder.writeBatch([{ value: '1' }], table);
  // @ts-expect-error a column that the table has not got
  table.append({ vlaue: 1 });
  // @ts-expect-error no such type
  recorder.createTable({ value: 'flaot64' });
  // @ts-expect-error text has no elements
  recorder.createTable({ value: 'string[3]' });
}

export async function sessionsGiveWhatTheirFunctionReturns(): Promise<void> {
  const manager = new RecorderManager(new NullRecorder(), { performanceTargetMs: 1 });
  expectTypeOf(manager.managedRecordingSession()).toEqualTypeOf<RecordingSession>();
  expectTypeOf(manager.managedRecordingSession({ episodeId: 1 }, () => 3)).toEqualTypeOf<Promise<number>>();
  expectTypeOf(manager.managedRecordingSession({}, async () => 'x')).toEqualTypeOf<Promise<string>>();
  expectTypeOf(manager.getPerformanceMetrics().performance_analysis.meets_target).toEqualTypeOf<boolean>();
  // @ts-expect-error an engine has no sessions: put it into a class
  new RecorderManager(await createRecorder());
}

/** What a subclass may override. */
export class Mine extends BaseRecorder {
  protected override writeStepData(rows: readonly PlainRow[]): number {
    return rows.length;
  }

  protected override async writeEpisodeData(): Promise<number> {
    return 0;
  }
}

export class Wrong extends BaseRecorder {
  // @ts-expect-error it says how many bytes it wrote
  protected override writeTableData(): void {}
}

RecorderFactory.registerBackend('mine', Mine, { keys: ['volume'] });
// @ts-expect-error no recorder
RecorderFactory.registerBackend('other', class {});
