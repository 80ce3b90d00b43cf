import type { BackendConfig, OpenedBackend, RunInfo } from '../backends/backend.ts';
import type { IdRange, LaneMessage, LaneQuestion, WriterLink } from '../buffer/link.ts';
import type { PlainError, RejectedRow } from '../errors.ts';

/** What a writer needs to start. Plain data and shared memory: it crosses to the thread. */
export interface WriterSetup {
  /** Name or module URL of the backend. */
  readonly backend: string;
  readonly config: BackendConfig;
  readonly run: RunInfo;
  readonly control: SharedArrayBuffer;
  readonly statistics: SharedArrayBuffer;
  readonly lane: SharedArrayBuffer;
  readonly throwOnFailure: boolean;
  readonly partBytes: number;
  /** How long one attempt to write may take by itself, waiting for another process, in milliseconds. */
  readonly longestWaitMs: number;
}

/** Messages to the writer thread. */
export type ToWriter =
  | LaneMessage
  | { readonly type: 'ask'; readonly number: number; readonly question: LaneQuestion }
  | { readonly type: 'close'; readonly endTimestamp: number };

export interface PlainLosses {
  readonly failed: number;
  readonly rejected: number;
  readonly examples: readonly RejectedRow[];
  readonly error: PlainError | null;
}

/** Messages from the writer thread. */
export type FromWriter =
  | { readonly type: 'opened'; readonly opened: OpenedBackend }
  | { readonly type: 'refused'; readonly error: PlainError }
  | { readonly type: 'answer'; readonly number: number; readonly ids: IdRange }
  | { readonly type: 'no answer'; readonly number: number; readonly error: PlainError }
  | { readonly type: 'report'; readonly error: PlainError }
  | { readonly type: 'flushed'; readonly number: number; readonly losses: PlainLosses }
  | { readonly type: 'closed'; readonly losses: PlainLosses; readonly error: PlainError | null };

/** The writer as the recorder sees it, wherever it runs. */
export interface Writer extends WriterLink {
  /** Opens the backend. */
  open(): Promise<OpenedBackend>;
  openSync(): OpenedBackend;
  /** Resolves once all that was published is stored; rejects where any of it was lost since the last time. */
  flush(): Promise<void>;
  flushSync(): void;
  /** Flushes, ends the run and closes the backend. */
  close(endTimestamp: number): Promise<void>;
  closeSync(endTimestamp: number): void;
  /** Called with each loss, once. */
  onReport: (error: Error) => void;
}
