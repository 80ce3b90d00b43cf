export type { QueryParameter } from '../record/recorder.ts';
export type { ComparedRun, CompareOptions, Comparison } from './compare.ts';
export { compareRecordings } from './compare.ts';
export type { StructureDifference } from './comparison/columns.ts';
export type { Divergence, Place } from './comparison/divergence.ts';
export type { ColumnComparison, TableComparison } from './comparison/table.ts';
export type { Tolerance } from './comparison/tolerance.ts';
export type { Episode } from './episode.ts';
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
export type { Histogram } from './statistics/histogram.ts';
export type { LabelStatistics } from './statistics/labels.ts';
export type { NumberStatistics } from './statistics/numbers.ts';
export type {
  BooleanStatistics,
  ColumnStatistics,
  OpaqueStatistics,
  StatisticsOptions,
} from './stats.ts';
export { columnStatistics } from './stats.ts';
export { type FramesOptions, framesOf } from './time/frames-of.ts';
export type { Moment, MomentOptions } from './time/moment.ts';
export { type Replay, type ReplayOptions, replay } from './time/replay.ts';
export type { ReplayClock } from './time/replay-clock.ts';
export { type StatesAtOptions, statesAt } from './time/states-at.ts';
export type { TrajectoryOptions, TrajectoryStatistics } from './trajectory.ts';
export { trajectoryStatistics } from './trajectory.ts';
export type { RecordedColumnsOf, RecordedRowOf, TypedTableReader } from './typed.ts';
export type { Check, VerifyReport } from './verify/checks.ts';
export { verify } from './verify.ts';
