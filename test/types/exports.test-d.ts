import { expectTypeOf } from 'vitest';
import type { Environment } from '../../src/config/index.ts';
import type { ConvertReport, RecordingFormat } from '../../src/export/index.ts';
import type {
  AttributeValues,
  Durability,
  Field,
  FilePatterns,
  Hdf5DatasetOptions,
  Hdf5Options,
  IdRange,
  MaybePromise,
  ParquetOptions,
  RecorderConfig,
  SegmentLayout,
  Slice,
  SqliteOptions,
  StepSelection,
  StorageBackend,
  ViewName,
  Views,
} from '../../src/index.ts';
import type { Bar, BarDrawing, ColourAxis, LineDrawing } from '../../src/plot/index.ts';

// Checked by `tsc --noEmit`: whoever is given a value can name its type.

expectTypeOf<ReturnType<StorageBackend['createTable']>>().toEqualTypeOf<MaybePromise<IdRange>>();
expectTypeOf<Slice['views']>().toEqualTypeOf<Views>();
expectTypeOf<Slice['layout']>().toEqualTypeOf<SegmentLayout>();
expectTypeOf<Slice['layout']['fields']>().toEqualTypeOf<readonly Field[]>();
expectTypeOf<Field['view']>().toEqualTypeOf<ViewName>();
expectTypeOf<Hdf5DatasetOptions['attributes']>().toEqualTypeOf<AttributeValues | undefined>();

expectTypeOf<Durability>().toExtend<RecorderConfig['durability']>();
expectTypeOf<Partial<StepSelection>>().toExtend<RecorderConfig['steps']>();
expectTypeOf<Partial<SqliteOptions>>().toExtend<RecorderConfig['sqlite']>();
expectTypeOf<Partial<Hdf5Options>>().toExtend<RecorderConfig['hdf5']>();
expectTypeOf<Partial<ParquetOptions>>().toExtend<RecorderConfig['parquet']>();
expectTypeOf<FilePatterns>().toEqualTypeOf<ParquetOptions['filePatterns']>();

expectTypeOf<ConvertReport['format']>().toEqualTypeOf<RecordingFormat>();
expectTypeOf<NodeJS.ProcessEnv>().toExtend<Environment>();
expectTypeOf<BarDrawing['bars']>().toEqualTypeOf<readonly Bar[]>();
expectTypeOf<LineDrawing['colour']>().toEqualTypeOf<ColourAxis | null>();
