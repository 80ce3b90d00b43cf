import type { Columns, Motion } from './columns.ts';

/** How a file is to be written. */
export interface Condition {
  /** Whether doubles are split into bytes (BYTE_STREAM_SPLIT) or PLAIN. */
  readonly split: boolean;
  /** Peers know `none` and `zstd`, of level 1. */
  readonly compression: string;
  readonly level?: number | undefined;
}

/** What one file took. */
export interface Taken {
  readonly seconds: number;
  /** Processor time of all threads of the process. */
  readonly cpu: number;
}

/** Somebody who writes columns to a Parquet file. */
export interface FileWriter {
  /** Anything that is not timed: bringing the columns into the form that this writer starts from. */
  prepare?(columns: Columns): Promise<void> | void;
  write(path: string, columns: Columns, condition: Condition): Promise<Taken>;
}

/** A writer in a process of its own. */
export interface RemoteWriter {
  readonly name: string;
  prepare(rows: number, motion: Motion): Promise<void>;
  write(path: string, condition: Condition): Promise<Taken>;
  close(): void;
}

/** Runs something, and takes the time of this process. */
export async function timed(body: () => void | Promise<void>): Promise<Taken> {
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  await body();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { seconds, cpu: (user + system) / 1e6 };
}
