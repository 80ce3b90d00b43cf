import { type ErrorTag, isSimtapeError } from '../errors.ts';
import type { TableMetrics } from '../record/table-metrics.ts';
import type { BaseRecorder } from './base-recorder.ts';

/** One of the two recordings of a session that went on with its backup. */
export interface PartOfRecording {
  readonly runId: string;
  readonly backend: string;
  readonly path: string | null;
  /**
   * By table, as of now: `written` rows are in this recording; `failed` and `dropped` ones are in none; `pending` ones are
   * not decided yet.
   */
  readonly tables: Readonly<Record<string, Readonly<TableMetrics>>>;
}

/** That a backup took over, and which rows are where. */
export interface Failover {
  /** Why. */
  readonly cause: unknown;
  /** The first step, or episode, that the backup was given. Everything before it was given to the first recorder. */
  readonly episodeId: number;
  readonly stepNumber: number | null;
  readonly first: PartOfRecording;
  readonly backup: PartOfRecording;
}

/** Errors of a call that its own data or the caller has to answer for: a backup would refuse it too, or must not hide it. */
const OF_THE_CALL: readonly ErrorTag[] = [
  'InvalidValue',
  'InvalidSchema',
  'SchemaMismatch',
  'RowTooLarge',
  'TooMany',
  'BufferFull',
  'Interrupted',
  'RecorderClosed',
];

/** Whether an error of a call that records means that the recorder cannot go on. */
export function isFailure(error: unknown): boolean {
  return !(isSimtapeError(error) && OF_THE_CALL.includes(error.tag));
}

export function partOf(recorder: BaseRecorder): PartOfRecording {
  const { runId, backend, path } = recorder;
  return { runId, backend, path, tables: recorder.metrics().tables };
}
