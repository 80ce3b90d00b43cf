export type {
  BackendConfig,
  BackendFactory,
  Durability,
  MaybePromise,
  OpenedBackend,
  Provenance,
  RunInfo,
  StorageBackend,
  WriteReport,
} from './backends/backend.ts';
export type { Commit, Slice, StoredValue, TableRows } from './backends/commit.ts';
export { describeRow, readValue } from './backends/commit.ts';
export type { Hdf5Options } from './backends/hdf5/options.ts';
export type { BackendName } from './backends/names.ts';
export type { FilePatterns, ParquetOptions } from './backends/parquet/options.ts';
export type { SqliteOptions } from './backends/sqlite/options.ts';
export type { Field, SegmentLayout, ViewName } from './buffer/layout.ts';
export type { IdRange } from './buffer/link.ts';
export type { Views } from './buffer/segment.ts';
export type { RecorderConfig } from './config/recorder-config.ts';
export { createRecorder, createRecorderSync } from './create-recorder.ts';
export type { DataRecorderConfig } from './data-recorder.ts';
export { DataRecorder } from './data-recorder.ts';
export type { ErrorFields, ErrorTag, RejectedRow } from './errors.ts';
export { isSimtapeError, SimtapeError } from './errors.ts';
export type { AttributeValue, AttributeValues } from './formats/hdf5/messages/attribute.ts';
export { joinRecorder } from './join-recorder.ts';
export type { RecorderEvents } from './record/events.ts';
export type { Dictionary } from './record/fields.ts';
export { Hdf5Dataset } from './record/hdf5/dataset.ts';
export type { Hdf5DatasetOptions } from './record/hdf5/dataset-options.ts';
export { Hdf5Objects } from './record/hdf5/objects.ts';
export type { Hdf5Values } from './record/hdf5/values.ts';
export type { LaneHandle } from './record/lane-handle.ts';
export type { RecorderMetrics } from './record/metrics.ts';
export type { DumpReport, QueryParameter, Recorder } from './record/recorder.ts';
export { interruptRecorder } from './record/recorder.ts';
export type { StepSelection } from './record/step-filter.ts';
export type { Table } from './record/table.ts';
export type { TableMetrics } from './record/table-metrics.ts';
export { BaseRecorder } from './recorders/base-recorder.ts';
export type { Dtype, DtypeSchema } from './recorders/dtypes.ts';
export { type FactoryConfig, RecorderFactory } from './recorders/factory.ts';
export type { Failover, PartOfRecording } from './recorders/failover.ts';
export { HDF5Recorder } from './recorders/hdf5-recorder.ts';
export { RecorderManager, type RecorderManagerOptions } from './recorders/manager.ts';
export { NullRecorder } from './recorders/null-recorder.ts';
export { ParquetRecorder } from './recorders/parquet-recorder.ts';
export type { PerformanceMetrics } from './recorders/performance.ts';
export type { PlainRow } from './recorders/plain-rows.ts';
export type { RecorderProtocol } from './recorders/protocol.ts';
export type { BackendParameters, BackendStatus, RecorderClass } from './recorders/registry.ts';
export { RecordingSession } from './recorders/session.ts';
export { SQLiteRecorder } from './recorders/sqlite-recorder.ts';
export type { Quat, Vec2, Vec3 } from './schema/columns.ts';
export {
  array,
  bool,
  bytes,
  enumOf,
  f32,
  f64,
  i8,
  i16,
  i32,
  i64,
  json,
  quat,
  ref,
  timestamp,
  u8,
  u16,
  u32,
  u64,
  utf8,
  vec2,
  vec3,
} from './schema/columns.ts';
export type { StoredColumn, StoredKind, TablePlan } from './schema/plan.ts';
export { SimulationFrame } from './schema/standard.ts';
export type { RowOf, TableOptions } from './schema/table.ts';
export { defineTable } from './schema/table.ts';
export type {
  Clock,
  Column,
  ColumnKind,
  ColumnOptions,
  ElementKind,
  NumberKind,
  TableSchema,
} from './schema/types.ts';
