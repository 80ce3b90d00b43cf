import type { IdRange } from '../buffer/link.ts';
import type { RejectedRow } from '../errors.ts';
import type { TablePlan } from '../schema/plan.ts';
import type { Commit } from './commit.ts';

/** A value, or a promise of it. */
export type MaybePromise<T> = T | Promise<T>;

/** What a commit that was written survives: only a clean close, the end of the process, or a loss of power too. */
export type Durability = 'none' | 'process' | 'power';

/** What is known of a run when it starts. Plain data. */
export interface RunInfo {
  readonly runId: string;
  /** Seconds since the Unix epoch. */
  readonly startTimestamp: number;
  /** The configuration that the simulation ran with, and the SHA-256 of its canonical JSON. */
  readonly configuration: unknown;
  readonly configurationHash: string;
  /** What the caller wants kept, beside the provenance that the recorder adds. */
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly provenance: Provenance;
}

/** Where a run comes from. */
export interface Provenance {
  readonly world?: string;
  readonly seed?: number | string;
  readonly gitCommit?: string;
  readonly host: string;
  readonly platform: string;
  readonly versions: { readonly simtape: string; readonly node: string };
}

/** What the backend did with a commit. */
export interface WriteReport {
  /** Rows refused for what they hold, by table; the others were written. */
  readonly rejected: ReadonlyMap<string, number>;
  /** The first of them, with their content. */
  readonly examples: readonly RejectedRow[];
}

export const ALL_WRITTEN: WriteReport = { rejected: new Map(), examples: [] };

/** Two reports as one, for a commit that was written in parts. */
export function joinReports(a: WriteReport, b: WriteReport): WriteReport {
  if (a === ALL_WRITTEN) return b;
  if (b === ALL_WRITTEN) return a;
  const rejected = new Map(a.rejected);
  for (const [table, rows] of b.rejected) rejected.set(table, (rejected.get(table) ?? 0) + rows);
  return { rejected, examples: [...a.examples, ...b.examples] };
}

/** What `createTable` returns where nobody else gives out ids of the table. */
export const ALL_IDS: IdRange = { first: 1, last: Number.MAX_SAFE_INTEGER };

/** What an opened backend tells. */
export interface OpenedBackend {
  /** The file or folder that is written, or null where nothing is. */
  readonly path: string | null;
}

/**
 * Stores commits. Runs on the writer thread (or on the caller's, for a recorder without one); methods may return
 * promises, and the next is called only when the last has settled.
 */
export interface StorageBackend {
  /** Opens or creates the recording, and starts the run in it. Throws where that cannot be. */
  open(run: RunInfo): MaybePromise<OpenedBackend>;
  /**
   * Makes a table, or gives it the columns that it has not got. Throws `SchemaMismatch` or `TooMany`.
   * @returns the ids that this recorder may give out; only the first call for a table counts.
   */
  createTable(plan: TablePlan): MaybePromise<IdRange>;
  /** Stores a commit whole. A throw means that nothing of it was stored, and that it may be tried again. */
  write(commit: Commit): MaybePromise<WriteReport>;
  /**
   * Takes back the parts of the commit that is open: the thread whose unit it was has ended. Called only where the last
   * write was of an open commit; tables that were made since that commit began are made again. A backend without it
   * keeps the parts.
   */
  abandon?(): MaybePromise<void>;
  /** Closes the file; ends the run at a time, or leaves it open-ended (null) where rows of it were lost. */
  close(endTimestamp: number | null): MaybePromise<void>;
  /** Whether an error of `write` may pass by itself. */
  isTransient?(error: unknown): boolean;
}

/** What a backend module exports by default: makes a backend from the configuration's part for it. */
export type BackendFactory = (config: BackendConfig) => MaybePromise<StorageBackend>;

/** What a backend gets to know of the configuration. Plain data. */
export interface BackendConfig {
  /** File to record to; null lets the backend choose a name in `directory`. */
  readonly path: string | null;
  readonly directory: string;
  /** Milliseconds between commits when nothing calls for one earlier. */
  readonly flushIntervalMs: number;
  /** What a commit that was written survives: only a clean close, the end of the process, or a loss of power. */
  readonly durability: Durability;
  /** Bytes that the backend may hold in memory: rows that wait to be encoded, encoder output, journal buffers. */
  readonly memoryBytes: number;
  /** The backend's own options. */
  readonly options: Readonly<Record<string, unknown>>;
}
