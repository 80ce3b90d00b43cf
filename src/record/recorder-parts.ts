import type { Lane } from './lane.ts';
import type { LaneHandle, RecordingOptions } from './lane-handle.ts';
import type { OtherLanes } from './other-lanes.ts';
import type { QueryPort } from './recorder.ts';

/** What a recorder is put together from. */
export interface RecorderParts {
  readonly runId: string;
  readonly path: string | null;
  readonly backend: string;
  /** What listeners are told of how the recorder came to be. */
  readonly notice?: string | undefined;
  readonly lane: Lane;
  readonly writer: RecorderWriter;
  readonly options: RecordingOptions;
  readonly query: QueryPort;
  /** Where events go that nobody listens to. */
  readonly unheard: (event: Error | string) => void;
  /** Called once the recorder is closed. */
  readonly onClosed: () => void;
  /** Lanes of other threads, or null where this recorder is itself one, or has none. */
  readonly others: OtherLanes | null;
  /** Makes a lane for another thread. */
  readonly attach: () => LaneHandle;
}

/** The writer as the recorder of a lane drives it. */
export interface RecorderWriter {
  /** Resolves once all that was published is stored; rejects where any of it was lost since the last time. */
  flush(): Promise<void>;
  flushSync(): void;
  /**
   * Flushes, and closes what this lane may close.
   * @param endTimestamp when the run ended, in seconds since the Unix epoch
   */
  close(endTimestamp: number): Promise<void>;
  closeSync(endTimestamp: number): void;
  /** Called with each loss, once. */
  onReport: (error: Error) => void;
  /** Called with what the caller should know, with nothing of this lane lost. */
  onWarning: (message: string) => void;
}
