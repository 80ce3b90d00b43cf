import type { MessagePort } from 'node:worker_threads';
import type { BackendConfig, OpenedBackend, RunInfo } from '../backends/backend.ts';
import type { LaneAnswer, LaneMessage, LaneQuestion, SharedBlocks, WriterLink } from '../buffer/link.ts';
import type { PlainError, RejectedRow } from '../errors.ts';
import type { OtherLanes } from '../record/other-lanes.ts';
import type { RecorderWriter } from '../record/recorder-parts.ts';

/** What a writer needs to start. Plain data and shared memory: it crosses to the thread. */
export interface WriterSetup extends SharedBlocks {
  /** Name or module URL of the backend. */
  readonly backend: string;
  readonly config: BackendConfig;
  readonly run: RunInfo;
  /** The block of the recorder's own lane. */
  readonly lane: SharedArrayBuffer;
  readonly throwOnFailure: boolean;
  readonly memoryLimitBytes: number;
  readonly partBytes: number;
  /** How long a wait for the writer goes on while it shows no progress, in milliseconds. */
  readonly patienceMs: number;
}

/** Messages of any lane to the writer thread. */
export type FromLane =
  | LaneMessage
  | { readonly type: 'ask'; readonly number: number; readonly question: LaneQuestion }
  /** The lane is closed: nothing comes after this. */
  | { readonly type: 'leave' };

/** Messages of the recorder to its writer thread. */
export type FromRecorder =
  | FromLane
  | {
      readonly type: 'lane';
      readonly number: number;
      readonly buffer: SharedArrayBuffer;
      readonly port: MessagePort;
    }
  | { readonly type: 'close'; readonly endTimestamp: number };

export interface PlainLosses {
  readonly failed: number;
  readonly rejected: number;
  readonly examples: readonly RejectedRow[];
  readonly error: PlainError | null;
}

/** Messages of the writer thread to any lane. */
export type ToLane =
  | { readonly type: 'answer'; readonly number: number; readonly answer: LaneAnswer }
  | { readonly type: 'no answer'; readonly number: number; readonly error: PlainError }
  | { readonly type: 'flushed'; readonly number: number; readonly losses: PlainLosses };

/** Messages of the writer thread to its recorder. */
export type ToRecorder =
  | ToLane
  | { readonly type: 'opened'; readonly opened: OpenedBackend }
  | { readonly type: 'refused'; readonly error: PlainError }
  | { readonly type: 'report'; readonly error: PlainError }
  | { readonly type: 'lane table'; readonly lane: number; readonly table: number; readonly name: string }
  | { readonly type: 'lane ended'; readonly lane: number; readonly unitOpen: boolean; readonly rows: number }
  | { readonly type: 'closed'; readonly losses: PlainLosses; readonly error: PlainError | null };

/** The writer as a lane sees it, whichever thread it is on. */
export interface LaneWriter extends RecorderWriter {
  readonly link: WriterLink;
}

/** The writer as the recorder sees it that owns it, wherever it runs. */
export interface Writer extends LaneWriter {
  /** Lanes of other threads, or null where there cannot be any. */
  readonly others: OtherLanes | null;
  /** Opens the backend. */
  open(): Promise<OpenedBackend>;
  openSync(): OpenedBackend;
  /** Makes a lane for another thread. @returns its block, and the port that its messages go through */
  attach(): { readonly lane: SharedArrayBuffer; readonly port: MessagePort };
}
