export type { QueryParameter } from '../record/recorder.ts';
export type {
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
  TableInfo,
  TableReader,
} from './reader.ts';
export { openRecording } from './recording.ts';
