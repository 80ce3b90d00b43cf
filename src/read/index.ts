export type { QueryParameter } from '../record/recorder.ts';
export type { Episode } from './episodes.ts';
export { findRecordings } from './find.ts';
export type {
  BatchOptions,
  Between,
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
  Where,
} from './reader.ts';
export { openRecording } from './recording.ts';
export type { RecoveredTable, RecoverOptions, RecoverReport } from './recover/report.ts';
export { recover } from './recover.ts';
export { type FramesOptions, framesOf } from './time/frames-of.ts';
export type { Moment, MomentOptions } from './time/moment.ts';
export { type Replay, type ReplayOptions, replay } from './time/replay.ts';
export type { ReplayClock } from './time/replay-clock.ts';
export { type StatesAtOptions, statesAt } from './time/states-at.ts';
export type { RecordedColumnsOf, RecordedRowOf, TypedTableReader } from './typed.ts';
export type { Check, VerifyReport } from './verify/checks.ts';
export { verify } from './verify.ts';
