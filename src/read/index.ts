export type { QueryParameter } from '../record/recorder.ts';
export { findRecordings } from './find.ts';
export type {
  BatchOptions,
  ColumnData,
  ColumnValues,
  Extent,
  QueryOptions,
  QueryResult,
  QueryRows,
  Reader,
  ReadOptions,
  RecordedRow,
  Run,
  SyncReader,
  TableBatch,
  TableInfo,
  TableReader,
} from './reader.ts';
export { openRecording } from './recording.ts';
