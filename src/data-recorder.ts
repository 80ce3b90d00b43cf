import { createRecorderSync } from './create-recorder.ts';
import { SimtapeError } from './errors.ts';
import type { SyncReader } from './read/reader.ts';
import { SqliteReader } from './read/sqlite/reader.ts';
import type { Recorder } from './record/recorder.ts';
import type { Table } from './record/table.ts';
import { SimulationFrame } from './schema/standard.ts';
import type { TableSchema } from './schema/types.ts';

/** Where and how often a {@link DataRecorder} writes. */
export interface DataRecorderConfig {
  /** SQLite file to record to; an existing recording gets another run. */
  readonly databasePath: string;
  /** Milliseconds between commits. Default 100. */
  readonly flushInterval?: number;
  /** Name of the simulation, its seed and what it ran with: kept with the run. */
  readonly world?: string;
  readonly seed?: number | string;
  readonly configuration?: unknown;
}

/**
 * Frames and typed tables into a SQLite file, in a few methods: a facade over {@link createRecorder} for simulations
 * that open and close their recorder synchronously. Disposing it flushes and closes.
 */
export class DataRecorder implements Disposable, AsyncDisposable {
  /** The recorder behind it, for everything else: steps, metrics, events. */
  readonly recorder: Recorder;
  #database: SyncReader | null = null;

  /** @throws `InvalidConfig`, `CannotOpen`, `NewerFormat`: a path that cannot be written is refused here. */
  constructor({ databasePath, flushInterval, ...run }: DataRecorderConfig) {
    if (typeof databasePath !== 'string' || databasePath === '') {
      throw new SimtapeError(
        'InvalidConfig',
        `databasePath is ${String(databasePath)}; it takes the path of a file`,
        {
          key: 'databasePath',
          value: databasePath,
        },
      );
    }
    this.recorder = createRecorderSync({
      ...run,
      path: databasePath,
      ...(flushInterval === undefined ? {} : { flushIntervalMs: flushInterval }),
    });
    // Frames are parents of almost everything, so their table comes first, in the file and in each commit.
    this.recorder.table(SimulationFrame);
  }

  /**
   * Ends the open frame and opens the next one.
   * @param simulationTime in seconds
   * @returns the frame's id, for rows that name it themselves
   */
  recordFrame(simulationTime: number): number {
    return this.recorder.recordFrame(simulationTime);
  }

  /** The recording end of a table, made on first use. */
  table<T extends TableSchema>(schema: T): Table<T> {
    return this.recorder.table(schema);
  }

  /** Resolves once every row so far is in the file. */
  flush(): Promise<void> {
    return this.recorder.flush();
  }

  flushSync(): void {
    this.recorder.flushSync();
  }

  /** The recording itself, read-only: what was committed is seen. Closed with the recorder. */
  getDatabase(): SyncReader {
    this.#database ??= new SqliteReader(this.recorder.path!);
    return this.#database;
  }

  [Symbol.dispose](): void {
    this.#database?.close();
    this.recorder.closeSync();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#database?.close();
    await this.recorder.close();
  }
}
