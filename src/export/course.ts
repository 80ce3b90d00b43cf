import { setImmediate } from 'node:timers/promises';
import type { ExportProgress } from './options.ts';

interface Watched {
  readonly onProgress?: ((progress: ExportProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How far an export has come, and whether it is still wanted. */
export class Course {
  readonly #watched: Watched;
  readonly #totalRows: number;
  #rows = 0;

  constructor(watched: Watched, totalRows: number) {
    this.#watched = watched;
    this.#totalRows = totalRows;
  }

  /**
   * Notes rows that are done, and lets the event loop have its turn.
   * @throws the signal's reason once it is aborted
   */
  async did(rows: number): Promise<void> {
    this.#rows += rows;
    this.#watched.onProgress?.({ rows: this.#rows, totalRows: Math.max(this.#rows, this.#totalRows) });
    await setImmediate();
    this.#watched.signal?.throwIfAborted();
  }
}
