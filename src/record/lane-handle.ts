import type { SharedBlocks } from '../buffer/link.ts';
import type { LaneOptions } from './lane.ts';
import type { StepSelection } from './step-filter.ts';
import type { Validation } from './table.ts';

/** How a lane behaves; the same for all lanes of a recorder. */
export interface RecordingOptions extends LaneOptions {
  readonly flushIntervalMs: number;
  readonly validate: Validation;
  readonly steps: StepSelection;
  /** Of HDF5: whether groups on the way to an object of the user's own are made. */
  readonly makesParentGroups: boolean;
}

/**
 * A lane of a recorder for another thread. Plain data but for its port, which has to be in the transfer list of the
 * message or worker that takes it there. One thread joins with it, once.
 */
export interface LaneHandle {
  readonly runId: string;
  readonly path: string | null;
  readonly port: MessagePort;
  /** What the lane shares with the writer; null where the recorder records nothing. */
  readonly shared: (SharedBlocks & { readonly lane: SharedArrayBuffer }) | null;
  readonly options: RecordingOptions | null;
  readonly patienceMs: number;
  /** Name of the backend that `path` was written by, which `executeQuery` has to know. */
  readonly backend: string;
}
