import type { BackendFactory, MaybePromise } from '../../backends/backend.ts';

/** What a backend may or may not do. */
export interface Capabilities {
  /**
   * Every value of every kind comes back to the bit. Without it only numbers that JSON can hold, text and booleans are
   * tested.
   */
  readonly exact: boolean;
  /** Takes back the parts of a commit that is open. */
  readonly abandon: boolean;
  /** What was committed can be read while the recording goes on, and what is in an open commit cannot. */
  readonly live: boolean;
  /** Another run can be recorded to the same place. */
  readonly reopen: boolean;
  /** Rows whose references lead nowhere are refused, and counted; without it they are stored as they are. */
  readonly references: boolean;
}

/** Rows by flat column names, as `TableReader.rows` gives them: null or nothing for null, JSON parsed. */
export type Rows = readonly Readonly<Record<string, unknown>>[];

/** A backend to be tested. */
export interface TestedBackend {
  readonly name: string;
  /**
   * What `createRecorder` takes: a name, or the URL of a module, which are run on the writer thread; or the function that
   * a module exports, which is run on the caller's and whose backend must be synchronous in `createTable`.
   */
  readonly backend: string | URL | BackendFactory;
  /** The backend's own options. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly can: Capabilities;
  /** Path of a recording that is not there yet. */
  freshPath(): string;
  /** The rows of one run, by table, in the order in which the backend stores them. */
  read(path: string, runId: string): MaybePromise<Readonly<Record<string, Rows>>>;
  /** When a run ended, in seconds since the Unix epoch; null for one that did not. Without it ends are not tested. */
  readonly endOf?: (path: string, runId: string) => MaybePromise<number | null>;
}

/** Where tests are put: Vitest's or node:test's functions. */
export interface TestRunner {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly test: (name: string, body: () => Promise<void>) => unknown;
}
