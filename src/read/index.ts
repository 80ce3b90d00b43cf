export type { QueryParameter } from '../record/recorder.ts';
export type {
  ColumnData,
  ColumnValues,
  QueryResult,
  QueryRows,
  Reader,
  ReadOptions,
  RecordedRow,
  Run,
  TableInfo,
  TableReader,
} from './reader.ts';
export { openRecording } from './recording.ts';
