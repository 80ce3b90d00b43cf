import { REQUEST, REQUEST_STOP } from '../buffer/words.ts';
import type { TableSchema } from '../schema/types.ts';
import type { RecorderEvents } from './events.ts';
import type { Dictionary } from './fields.ts';
import type { LaneHandle } from './lane-handle.ts';
import type { RecorderMetrics } from './metrics.ts';
import type { Table } from './table.ts';

/** Hands rows of a simulation to the writer. Made by `createRecorder`. */
export interface Recorder extends AsyncDisposable {
  /** Id of the run, `run_YYYYMMDD_HHMMSS_xxxx` unless one was given. */
  readonly runId: string;
  /** The backend that is used: its name, the URL of its module, or `custom` for an object of the caller's. */
  readonly backend: string;
  /** Whether rows can be stored: `failed` after a permanent write error. Cheap enough to ask before each step. */
  readonly state: RecorderMetrics['state'];
  /** Milliseconds that this thread has waited for the writer. Cheap, too. */
  readonly stallMs: number;
  /** The file that is written, null where nothing is. */
  readonly path: string | null;
  /** Of HDF5: whether groups on the way to an object of your own are made. */
  readonly makesParentGroups: boolean;
  /** Passed to another thread, which can then call {@link interruptRecorder}; null where nothing is recorded. */
  readonly interruptHandle: SharedArrayBuffer | null;
  /** False for a recorder that records nothing. */
  isRecording(): boolean;
  /** The recording end of a table, created on first use, at any time. The same schema gives the same table. */
  table<T extends TableSchema>(schema: T): Table<T>;
  /**
   * Ends the open frame and opens the next one.
   * @param simulationTime in seconds
   * @returns the frame's id, 0 where the overflow policy dropped it
   */
  recordFrame(simulationTime: number): number;
  /**
   * Ends the open frame, if there is one. From then on it is part of the next commit, and other threads may refer to
   * its rows.
   * @returns false where the overflow policy dropped it
   */
  endFrame(): boolean;
  /** Records one step of an episode (the current one, unless one is named). */
  recordStep(stepData: Dictionary, stepNumber: number, episodeId?: number, metadata?: Dictionary): void;
  /** Completes an episode's row. */
  recordEpisode(episodeData: Dictionary, episodeId: number, metadata?: Dictionary): void;
  /** Starts an episode that steps without a number belong to, and returns its number. */
  startEpisode(episodeId?: number): number;
  /** Completes the current episode. */
  endEpisode(episodeData?: Dictionary, metadata?: Dictionary): void;
  /**
   * Has all that is appended meanwhile enter the recording in one commit, or with all else of the frame that is open.
   * Where `action` throws, what it had appended stays.
   */
  unit(action: () => void): void;
  /**
   * Makes a lane for another thread, which gets the handle (with its port in the transfer list) and calls
   * `joinRecorder`. Rows of all lanes go into the same commits; a row may refer to a row of another lane whose frame,
   * step or single append has ended.
   *
   * @example
   * const handle = recorder.attach();
   * new Worker(url, { workerData: handle, transferList: [handle.port] });
   * @throws `RecorderClosed`; `InvalidConfig` where there is no writer thread
   */
  attach(): LaneHandle;
  /** Whether `recordStep` would take a dictionary. */
  validateData(stepData: unknown): boolean;
  /** Why it would not: one sentence a reason. */
  explainData(stepData: unknown): string[];
  /** Ends the open frame and resolves once all rows so far are stored; rejects where any was lost. */
  flush(): Promise<void>;
  /** The same, waiting without the event loop. */
  flushSync(): void;
  /**
   * Writes what the policy `drop-oldest` has kept, with a row of table `dumps` that says why, and resolves once it is
   * stored. Recording goes on. What other threads keep is written when their units end. Under the other policies it
   * notes the reason and flushes.
   *
   * @returns how many rows this thread had kept
   */
  dump(reason: string): Promise<DumpReport>;
  /** The same, waiting without the event loop: for a handler of uncaught exceptions, say. */
  dumpSync(reason: string): DumpReport;
  /** Flushes, ends the run and closes the file. Closing again does nothing. */
  close(): Promise<void>;
  closeSync(): void;
  metrics(): RecorderMetrics;
  /**
   * Asks the recording itself, read-only, while it is being written: what was committed is seen (flush first to see
   * all). For backends that answer SQL while recording: SQLite does, and Parquet where DuckDB is installed.
   *
   * @throws `QueryFailed`
   */
  executeQuery(sql: string, parameters?: readonly QueryParameter[]): Promise<Record<string, unknown>[]>;
  /** How often each method was called, where `countCalls` is on. */
  getCallCount(): Readonly<Record<string, number>>;
  on<K extends keyof RecorderEvents>(event: K, listener: (event: RecorderEvents[K]) => void): () => void;
}

/**
 * Makes the next call that records throw `Interrupted`, from any thread: the way to end a simulation that never comes
 * back to its event loop. Flushing and closing still work.
 */
export function interruptRecorder(handle: SharedArrayBuffer): void {
  Atomics.store(new Int32Array(handle, 0, REQUEST + 1), REQUEST, REQUEST_STOP);
}

/** What a dump wrote. */
export interface DumpReport {
  readonly reason: string;
  /** Rows that had been kept until then, those of static tables not counted. */
  readonly rows: number;
}

/** What a query's `?` stand for. */
export type QueryParameter = number | bigint | string | boolean | Uint8Array | null;

/** Answers SQL about a recording. */
export interface QueryPort {
  query(sql: string, parameters: readonly QueryParameter[]): Promise<Record<string, unknown>[]>;
  close(): void;
}
