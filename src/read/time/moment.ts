import type { Between, RecordedRow } from '../reader.ts';

/** What was recorded of one instant of the simulation. */
export interface Moment {
  /** Id of the frame; null of a step. */
  readonly frame: number | null;
  /** Seconds of simulation. */
  readonly time: number;
  /** The rows of each table, in the order of their ids. */
  readonly tables: Readonly<Record<string, readonly RecordedRow[]>>;
}

/** Which moments of a recording are meant. */
export interface MomentOptions {
  /** The run, which has to be named where a recording has several. */
  readonly run?: string;
  /** The steps of this episode, by the time that they recorded, instead of frames. */
  readonly episode?: number;
  /** Frames by their ids: a part of a run whose clock starts again and again. */
  readonly frames?: Between;
  /** Default: all tables that refer to frames; of an episode, `steps`. */
  readonly tables?: readonly string[];
}

/** Where a moment is, without its rows. */
export interface Instant {
  readonly frame: number | null;
  readonly time: number;
}

/** The moments of a run, in the order in which they were recorded. */
export interface Timeline {
  /** The last instant at a time or before it; null where all are later. */
  previous(time: number): Promise<Instant | null>;
  /** The first instant after a time; null where there is none. */
  next(time: number): Promise<Instant | null>;
  /** What was recorded at an instant. */
  at(instant: Instant): Promise<Moment>;
  /**
   * The moments whose time lies between two, both included; with `first`, only those from that instant on.
   */
  moments(from: number, to: number, first?: Instant): AsyncGenerator<Moment, void>;
  /** The tables whose rows moments have. */
  readonly tables: readonly string[];
}
